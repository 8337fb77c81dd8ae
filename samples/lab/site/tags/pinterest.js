// Pinterest Tag: a GET on /v3/ with three parameters of JSON. The site never
// filled in the e-mail address, so every visitor is sent with the hash of the
// word "undefined": a placeholder, nobody's address.

import { clientHints, image, kept, sha256 } from './common.js';

export const vendor = 'Pinterest Tag';
export const host = 'ct.pinterest.com';
export const sends = {
  pageView: [[
    'page_url plain url', 'referrer plain url', 'screen plain url', 'device plain url',
    'browser plain url', 'browser_id encoded url', 'email placeholder url',
    'search_text plain url if searching',
  ]],
};

export async function pageView(page) {
  const { architecture, bitness, mobile, model, platform, platformVersion, uaFullVersion } = await clientHints();
  const unknownEmail = page.email;
  await image(`https://${host}/v3/`, {
    tid: '2600000000001', event: page.search ? 'search' : 'pagevisit',
    pd: JSON.stringify({ em: await sha256(`${unknownEmail}`), pin_unauth: visitor() }),
    ed: JSON.stringify(page.search ? { search_query: page.search } : {}),
    ad: JSON.stringify({
      loc: page.url, ref: page.referrer, if: false, sw: screen.width, sh: screen.height,
      architecture, bitness, mobile, model, platform, platformVersion, uaFullVersion,
    }),
    cb: Date.now(),
  });
}

function visitor() {
  const uid = kept('_pin_unauth', () => crypto.randomUUID());
  return btoa(`uid=${btoa(uid)}`);
}
