// The eight invented people of the lab: what the site knows about each, what
// each browses with, and the visit each makes. Names, streets and houses are
// made up; telephone numbers are from the range kept for fiction.
//
// Steps of a visit: `open PAGE` (typed address, no referrer), `log in`,
// `press` (the page's button), `go PAGE` (a link), `search`, `track`.

import { s10Number, uspsNumber } from './parcels.js';

export const PEOPLE = [
  {
    id: 'rosalind', first: 'Rosalind', last: 'Acker', customer: '40718256',
    email: 'rosalind.acker@example.com', phone: '+12175550142',
    street: '4817 Marlow Creek Rd', city: 'Springfield', state: 'IL', zip: '62704',
    client: '127.0.0.11', device: 'windows', timezone: 'America/Chicago',
    visit: ['open login', 'log in', 'press', 'go help'],
  },
  {
    id: 'tobias', first: 'Tobias', last: 'Wendling', customer: '40733918',
    email: 'tobias.wendling@example.org', phone: '+15035550117',
    street: '2209 SE Alderbrook St Apt 4', city: 'Portland', state: 'OR', zip: '97202',
    client: '127.0.0.12', device: 'mac', timezone: 'America/Los_Angeles',
    visit: ['open login', 'log in', 'go address', 'go settings'],
  },
  {
    id: 'imani', first: 'Imani', last: 'Castellow', customer: '40751407',
    email: 'imani.castellow@example.net', phone: '+14045550163',
    street: '731 Pinehollow Ave NE', city: 'Atlanta', state: 'GA', zip: '30308',
    client: '127.0.0.13', device: 'pixel', timezone: 'America/New_York',
    parcel: uspsNumber('940010000000000731408'),
    visit: ['open login', 'log in', 'track'],
  },
  {
    id: 'graham', first: 'Graham', last: 'Pettibone', customer: '40766032',
    email: 'graham.pettibone@example.com', phone: '+15125550128',
    street: '10914 Quail Bluff Dr', city: 'Austin', state: 'TX', zip: '78748',
    client: '127.0.0.14', device: 'laptop', timezone: 'America/Chicago',
    parcel: s10Number('RR', '73140826', 'US'), words: 'drop box open sunday',
    apex: true, // types the address without www
    visit: ['open tracking', 'search', 'go help'],
  },
  {
    id: 'lucia', first: 'Lucia', last: 'Varnham', customer: '40782541',
    email: 'lucia.varnham@example.org', phone: '+16025550175',
    street: '58 W Ocotillo Bend Ln', city: 'Phoenix', state: 'AZ', zip: '85013',
    client: '127.0.0.15', device: 'windows', timezone: 'America/Phoenix',
    parcel: uspsNumber('940010000000000915267'),
    visit: ['open login', 'log in', 'go address', 'track'],
  },
  {
    id: 'henrik', first: 'Henrik', last: 'Dahlmoor', customer: '40799160',
    email: 'henrik.dahlmoor@example.net', phone: '+16125550109',
    street: '3345 Lindqvist Blvd N', city: 'Minneapolis', state: 'MN', zip: '55412',
    client: '127.0.0.16', device: 'laptop', timezone: 'America/Chicago',
    blocks: 'meta', // the tag that this browser refuses
    visit: ['open login', 'log in', 'go help'],
  },
  {
    id: 'priya', first: 'Priya', last: 'Nandakar', customer: '40803775',
    email: 'priya.nandakar@example.com', phone: '+16175550188',
    street: '27 Harrowgate Ter Unit 3B', city: 'Boston', state: 'MA', zip: '02130',
    client: '127.0.0.17', device: 'galaxy', timezone: 'America/New_York',
    words: 'letter scales and large envelopes',
    visit: ['open help', 'search', 'go login', 'log in', 'press'],
  },
  {
    id: 'dale', first: 'Dale', last: 'Oxenreider', customer: '40818498',
    email: 'dale.oxenreider@example.org', phone: '+13035550151',
    street: '6020 Stonewater Ct', city: 'Denver', state: 'CO', zip: '80221',
    client: '127.0.0.18', device: 'mac', timezone: 'America/Denver',
    words: 'late counter for parcels',
    visit: ['open login', 'log in', 'go address', 'search', 'go settings'],
  },
];

/** Who is recorded once more through the proxy that cannot look into TLS. */
export const CONNECT_ONLY = ['rosalind', 'imani'];

/** The address in one string, as the site writes it. */
export function addressLine(person) {
  return `${person.street}, ${person.city}, ${person.state} ${person.zip}`;
}
