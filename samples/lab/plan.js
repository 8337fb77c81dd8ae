// The visit plan in one form for both who need it: the browser driver, which
// acts it out, and the truth writer, which knows from it alone which pages
// were seen with which page before.

import { PAGES } from './site/pages.js';

/**
 * The steps of a visit: { action, page, from, left }. `page` is where the step
 * ends, `from` the page whose address that page has as its referrer (null: none),
 * `left` the step before.
 */
export function stepsOf(person) {
  let left = null;
  return person.visit.map((text) => {
    left = readStep(text, left);
    return left;
  });
}

function readStep(text, left) {
  const [verb, name] = text.split(' ');
  const arrival = (action, page) => ({ action, page, from: left.page, left });
  switch (verb) {
    case 'open': return { action: 'open', page: known(name), from: null, left };
    case 'go': return arrival('go', known(name));
    case 'log': return arrival('log in', 'preview');
    case 'search': return arrival('search', 'search');
    case 'track': return arrival('track', 'tracking');
    case 'press': return { ...left, action: 'press', left };
    default: throw new Error(`unknown step: ${text}`);
  }
}

function known(name) {
  if (!(name in PAGES)) throw new Error(`unknown page: ${name}`);
  return name;
}
