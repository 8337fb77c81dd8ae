// TikTok Pixel: a POST of JSON on /api/v2/pixel with the page's URL, the
// device and the User-Agent, the customer number in clear and hashed contacts.

import { kept, post, sha256 } from './common.js';

export const vendor = 'TikTok Pixel';
export const host = 'analytics.tiktok.com';
export const sends = {
  pageView: [[
    'page_url plain body', 'referrer plain body', 'device plain body', 'user_agent plain body',
    'browser_id plain body', 'session_id plain body', 'customer_id plain body if member',
    'email hashed body if member', 'phone hashed body if member',
  ]],
};

const CODE = 'CPARCELPOST000000000';

export async function pageView(page) {
  const event = crypto.randomUUID();
  await post(`https://${host}/api/v2/pixel`, JSON.stringify({
    event: 'Pageview', event_id: event, message_id: `messageId-${event}-${CODE}`,
    timestamp: new Date().toISOString(), is_onsite: false,
    context: {
      ad: {}, device: { platform: navigator.userAgentData.mobile ? 'mobile' : 'pc' },
      user: { anonymous_id: kept('_ttp', () => crypto.randomUUID()), ...await contacts(page.member) },
      pixel: { code: CODE }, page: { url: page.url, referrer: page.referrer },
      library: { name: 'pixel.js', version: '2.2.0' },
      session_id: kept('_tt_session', () => crypto.randomUUID()), userAgent: navigator.userAgent,
    },
    properties: {},
  }));
}

async function contacts(member) {
  if (!member) return {};
  const { customer, email, phone } = member;
  return { external_id: customer, email: await sha256(email), phone_number: await sha256(phone) };
}
