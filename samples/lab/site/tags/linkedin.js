// LinkedIn Insight Tag: a GET on /collect with the page's URL and a POST on
// /wa/ whose body is base64(gzip(JSON)), with the hashed e-mail address and,
// for a click, the text of the button.

import { image, post, sha256 } from './common.js';

const SIGNAL = ['page_url encoded body', 'page_title encoded body', 'email hashed body if member'];

export const vendor = 'LinkedIn Insight Tag';
export const host = 'px.ads.linkedin.com';
export const sends = {
  pageView: [['page_url plain url'], SIGNAL],
  buttonClick: [[...SIGNAL, 'click_text encoded body']],
};

const PARTNER = 9900001;

export async function pageView(page) {
  await Promise.all([
    image(`https://${host}/collect`, { v: 2, fmt: 'js', pid: PARTNER, time: Date.now(), url: page.url }),
    signal(page, { signalType: 'PAGE_VISIT' }),
  ]);
}

export function buttonClick(page, button) {
  return signal(page, {
    signalType: 'CLICK',
    elementCrumbsTree: [{ tagName: 'button', nthChild: 0, id: button.id }],
    domAttributes: { elementSemanticType: null, elementValue: null, elementType: 'button', innerText: button.textContent },
  });
}

async function signal(page, event) {
  const json = JSON.stringify({
    pids: [PARTNER], scriptVersion: 237, time: Date.now(), domain: page.host, url: page.url,
    pageTitle: page.title, websiteSignalRequestId: crypto.randomUUID(), isTranslated: false,
    liFatId: '', liGiant: '', isLinkedInApp: false, href: '', ...event,
    hem: page.member && await sha256(page.member.email),
  });
  await post(`https://${host}/wa/`, btoa(String.fromCharCode(...await gzip(json))));
}

async function gzip(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
