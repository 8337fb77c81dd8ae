// The pages' HTML: as little as a page needs to carry its tags, its links and
// what a members' page shows of the member.

import { addressLine } from '../people.js';
import { pageIn } from './pages.js';

export function render(recording, page, person) {
  const member = page.members ? person : null;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${page.title} - Parcelpost</title>
<link rel="icon" href="data:,">${member ? memberData(member) : ''}
${page.tags.length ? '<script type="module" src="/tags/main.js"></script>' : ''}</head>
<body data-tags="${page.tags.join(' ')}">
<h1>${page.title}</h1>
${links(recording, person)}
<form action="/branches/search"><input name="q" aria-label="Find a branch"></form>
<form action="/tracking"><input name="number" aria-label="Parcel number"></form>
${page.template === '/login' ? LOGIN : ''}
${member ? `<p>${member.first} ${member.last}<br>${addressLine(member)}</p>` : ''}
${page.button ? `<button type="button" id="act">${page.button}</button>` : ''}
</body></html>
`;
}

const LOGIN = `<form method="post" action="/login" id="login">
<input name="email" type="email"><input name="password" type="password"><button id="submit">Log in</button></form>`;

function links(recording, person) {
  const names = person ? ['preview', 'address', 'settings', 'help'] : ['login', 'help'];
  return names.map((name) => {
    const page = pageIn(recording, name);
    return `<a id="to-${name}" href="${escape(page.path(person))}">${page.title}</a>`;
  }).join('\n');
}

/** What the site hands to its tags: customer number, e-mail and telephone. */
function memberData({ customer, email, phone }) {
  return `\n<script type="application/json" id="member">${JSON.stringify({ customer, email, phone })}</script>`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
