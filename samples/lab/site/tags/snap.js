// Snap Pixel: a GET on /p with the page's URL and the hashed e-mail address,
// and a second GET on /cm/i that passes the ids on without naming the page.

import { image, kept, sha256 } from './common.js';

const IDS = ['browser_id plain url', 'session_id plain url'];

export const vendor = 'Snap Pixel';
export const host = 'tr.snapchat.com';
export const sends = {
  pageView: [
    ['page_url plain url', 'referrer plain url', 'email hashed url if member', ...IDS],
    IDS,
  ],
};

const PIXEL = '00000000-0000-4000-8000-000000000017';

export async function pageView(page) {
  const ids = {
    pid: PIXEL,
    u_c1: kept('_scid', () => crypto.randomUUID()),
    u_scsid: kept('_scsid', () => crypto.randomUUID()),
  };
  await Promise.all([
    image(`https://${host}/p`, {
      ...ids, ev: 'PAGE_VIEW', pl: page.url, rf: page.referrer, ts: Date.now(), v: '3.42.0',
      ...(page.member && { u_hem: await sha256(page.member.email) }),
    }),
    image(`https://${host}/cm/i`, ids),
  ]);
}
