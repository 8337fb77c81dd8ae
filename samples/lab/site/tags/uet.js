// Microsoft UET: a GET on /action/0 with the page's URL and title, and with
// the hashed e-mail address and telephone number in a nested query, `pid`.

import { clientHints, hex, image, kept, sha256 } from './common.js';

export const vendor = 'Microsoft Advertising UET';
export const host = 'bat.bing.com';
export const sends = {
  pageView: [[
    'page_url plain url', 'referrer plain url', 'page_title plain url', 'session_id plain url',
    'browser_id plain url', 'language plain url', 'screen plain url', 'device plain url',
    'client_hints plain url',
    'email hashed url if member', 'phone hashed url if member',
  ]],
};

export async function pageView(page) {
  const { platformVersion } = await clientHints();
  await image(`https://${host}/action/0`, {
    ti: '990000017', Ver: 2, mid: crypto.randomUUID(),
    sid: kept('_uetsid', () => hex()), vid: kept('_uetvid', () => hex()), msclkid: 'N',
    uach: `pv=${platformVersion}`, pi: 0, lg: navigator.language,
    sw: screen.width, sh: screen.height, sc: screen.colorDepth,
    tl: page.title, p: page.url, r: page.referrer, evt: 'pageLoad', sv: 1,
    ...(page.member && { pid: await person(page.member) }),
  });
}

async function person({ email, phone }) {
  return new URLSearchParams({ em: await sha256(email), ph: await sha256(phone) });
}
