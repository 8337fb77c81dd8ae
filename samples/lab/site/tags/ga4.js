// Google Analytics 4: a POST on /g/collect whose query describes the page, the
// visitor and the computer (client hints). On a search page the events, with
// the search words, are lines of the body.

import { clientHints, digits, kept, post } from './common.js';

export const vendor = 'Google Analytics 4';
export const host = 'www.google-analytics.com';
export const sends = {
  pageView: [[
    'page_url plain url', 'referrer plain url', 'page_title plain url', 'browser_id plain url',
    'session_id plain url', 'language plain url', 'screen plain url', 'device plain url',
    'browser plain url', 'client_hints plain url', 'customer_id plain url if member', 'search_text plain body if searching',
  ]],
};

export async function pageView(page) {
  const now = Math.floor(Date.now() / 1000);
  const query = new URLSearchParams({
    v: 2, tid: 'G-PARCELPOST', gcs: 'G111', _p: Date.now(),
    cid: kept('_ga', () => `GA1.1.${digits(10)}.${now}`).slice('GA1.1.'.length),
    sid: kept('_ga_PARCELPOST', () => `GS1.1.${now}`).slice('GS1.1.'.length),
    ul: navigator.language.toLowerCase(), sr: `${screen.width}x${screen.height}`,
    ...await hints(),
    dl: page.url, dr: page.referrer, dt: page.title,
    ...(page.member && { uid: page.member.customer }),
    ...(!page.search && { en: 'page_view' }),
  });
  await post(`https://${host}/g/collect?${query}`, events(page.search));
}

function events(search) {
  if (!search) return '';
  const results = new URLSearchParams({ en: 'view_search_results', 'ep.search_term': search });
  return `en=page_view\r\n${results}`;
}

async function hints() {
  const all = await clientHints();
  const versions = all.fullVersionList.map(({ brand, version }) => `${encodeURIComponent(brand)};${version}`);
  return {
    uaa: all.architecture, uab: all.bitness, uafvl: versions.join('|'), uam: all.model,
    uamb: Number(all.mobile), uap: all.platform, uapv: all.platformVersion,
  };
}
