// The pages of the invented site: their addresses, the tags on them, and which
// personal data the page's own address holds. The server renders from this
// table and the truth writer reads the same one.

import { addressLine } from '../people.js';

export const SITE = 'parcelpost.example';
export const HOST = 'www.parcelpost.example';

/** The site as it was before the fix. */
export const PAGES = {
  login: { path: () => '/login', template: '/login', title: 'Log in', tags: ['meta', 'ga4'] },
  preview: {
    path: (p) => `/mail/preview?address=${encodeURIComponent(addressLine(p))}&customer=${p.customer}`,
    template: '/mail/preview', title: 'Mail preview', members: true,
    tags: ['meta', 'linkedin', 'snap', 'ga4'],
    holds: ['postal_address', 'customer_id'],
    button: 'Show the letters of today',
  },
  address: {
    path: (p) => `/mail/address?${new URLSearchParams({
      street: p.street, city: p.city, state: p.state, zip: p.zip,
    })}`,
    template: '/mail/address', title: 'Delivery address', members: true,
    tags: ['snap', 'uet', 'pinterest', 'tiktok'],
    holds: ['postal_address'],
    referrerPolicy: 'unsafe-url',
  },
  settings: {
    path: () => '/mail/settings', template: '/mail/settings', title: 'Settings',
    members: true, tags: [],
  },
  tracking: {
    path: (p) => `/tracking/${p.parcel}`, template: '/tracking/{id}', title: 'Track a parcel',
    tags: ['uet', 'ga4', 'pinterest', 'tiktok'],
    holds: ['parcel_tracking_number'],
  },
  search: {
    path: (p) => `/branches/search?${new URLSearchParams({ q: p.words })}`,
    template: '/branches/search', title: 'Find a branch',
    tags: ['meta', 'ga4', 'pinterest'],
    holds: ['search_text'],
  },
  help: { path: () => '/help', template: '/help', title: 'Help', tags: ['meta', 'ga4'] },
};

/**
 * One page in one recording. The fix takes the tags off the members' pages and
 * the personal data out of their addresses; public pages stay as they were.
 */
export function pageIn(recording, name) {
  const page = { holds: [], ...PAGES[name] };
  if (recording === 'after' && page.members) {
    return { ...page, path: () => page.template, tags: [], holds: [] };
  }
  return page;
}
