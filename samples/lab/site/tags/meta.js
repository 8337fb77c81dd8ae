// Meta Pixel: one GET per event on www.facebook.com/tr/. It copies the page's
// and the referring page's URL, reports clicks on buttons unasked, and hashes
// the e-mail address that it finds in a form.

import { digits, image, kept, lastingGet, sha256 } from './common.js';

const EVENT = [
  'page_url plain url', 'referrer plain url', 'screen plain url', 'timezone plain url',
  'browser_id plain url',
];

export const vendor = 'Meta Pixel';
export const host = 'www.facebook.com';
export const sends = {
  pageView: [EVENT],
  buttonClick: [[
    ...EVENT, 'click_text plain url', 'page_title plain url', 'email hashed url if log_in_form',
  ]],
};

const TR = `https://${host}/tr/`;
let common;
let formEmail;

export async function pageView(page) {
  common = {
    id: '1000000000000001', dl: page.url, rl: page.referrer, if: 'false',
    sw: screen.width, sh: screen.height, v: '2.9.203', r: 'stable',
    tz: new Date().getTimezoneOffset(),
    fbp: kept('_fbp', () => `fb.1.${Date.now()}.${digits(18)}`),
  };
  watchForm();
  await image(TR, { ...common, ev: 'PageView', ts: Date.now(), rqm: 'GET' });
}

/** Sent without waiting for anything: the click may be what leaves the page. */
export function buttonClick(page, button) {
  return lastingGet(TR, {
    ...common, ev: 'SubscribedButtonClick', ts: Date.now(), rqm: 'GET', es: 'automatic',
    'cd[buttonText]': button.textContent,
    'cd[buttonFeatures]': JSON.stringify({ id: button.id, tag: 'button', innerText: button.textContent }),
    'cd[pageFeatures]': JSON.stringify({ title: page.title }),
    ...(formEmail && { 'udff[em]': formEmail }),
  });
}

function watchForm() {
  document.querySelector('input[type=email]')?.addEventListener('input', ({ target }) => {
    window.tagsDone = sha256(target.value.trim().toLowerCase()).then((hash) => { formEmail = hash; });
  });
}
