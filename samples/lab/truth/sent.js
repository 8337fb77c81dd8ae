// What everybody's visits send to whom, worked out from the plan, the pages and
// the tags' own declarations, never from a recording.

import { PEOPLE } from '../people.js';
import { stepsOf } from '../plan.js';
import { pageIn } from '../site/pages.js';

const TAGS = {};
for (const name of ['meta', 'linkedin', 'snap', 'ga4', 'uet', 'pinterest', 'tiktok']) {
  TAGS[name] = await import(`../site/tags/${name}.js`);
}

/** Every page load: { person, page }, in the order of the visits. */
export function pageLoads(recording) {
  return PEOPLE.flatMap((person) => stepsOf(person)
    .filter((step) => step.action !== 'press')
    .map((step) => ({ person, page: pageIn(recording, step.page) })));
}

/** Every request to a vendor: { person, vendor, host, blocked, data }. */
export function vendorRequests(recording) {
  return PEOPLE.flatMap((person) => stepsOf(person)
    .flatMap((step) => eventsOf(recording, step))
    .flatMap((event) => event.page.tags.flatMap((tag) => requestsOf(person, tag, event))));
}

/** The events of one step, each with its page and that page's referrer. */
function eventsOf(recording, step) {
  const event = (kind, { page, from }, fills = false) => ({
    kind, fills, page: pageIn(recording, page), referrer: from && pageIn(recording, from),
  });
  switch (step.action) {
    case 'press': return [event('buttonClick', step)];
    case 'log in': return [event('buttonClick', step.left, true), event('pageView', step)];
    default: return [event('pageView', step)];
  }
}

function requestsOf(person, tagName, event) {
  const tag = TAGS[tagName];
  return (tag.sends[event.kind] ?? []).map((declared) => ({
    person,
    vendor: tag.vendor,
    host: tag.host,
    blocked: person.blocks === tagName,
    data: [...declared.flatMap((line) => dataOf(line, event)), ...refererData(event.page)],
  }));
}

/**
 * One line of a declaration, `CLASS FORM url|body [if CONDITION]`, as the data
 * it stands for on this page: { dataClass, form, channel, seenIn }.
 */
function dataOf(line, event) {
  const [dataClass, form, seenIn, , condition] = line.split(' ');
  if (condition && !CONDITIONS[condition](event)) return [];
  if (dataClass === 'page_url') return copiedUrl(dataClass, event.page, form, seenIn);
  if (dataClass === 'referrer') {
    return event.referrer ? copiedUrl(dataClass, event.referrer, form, seenIn) : [];
  }
  return [{ dataClass, form, channel: seenIn, seenIn }];
}

const CONDITIONS = {
  member: ({ page }) => page.members === true,
  searching: ({ page }) => page.holds.includes('search_text'),
  log_in_form: ({ fills }) => fills,
};

/** A page's URL handed over whole: the URL, and what it holds. */
function copiedUrl(dataClass, page, form, seenIn) {
  return [dataClass, ...page.holds]
    .map((held) => ({ dataClass: held, form, channel: 'page_url', seenIn }));
}

/** The Referer header, where the page's policy lets the whole URL out. */
function refererData(page) {
  if (page.referrerPolicy !== 'unsafe-url') return [];
  return ['page_url', ...page.holds]
    .map((dataClass) => ({ dataClass, form: 'plain', channel: 'referer', seenIn: 'referer' }));
}
