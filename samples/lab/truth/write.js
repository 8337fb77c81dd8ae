// Writes truth.csv, blocked.csv, visits_truth.csv, connect_truth.csv and
// personas.csv from the site's own knowledge. The columns are explained in samples/README.md.
//
// usage: node write.js SAMPLES_FOLDER

import { writeFileSync } from 'node:fs';
import { addressLine, CONNECT_ONLY, PEOPLE } from '../people.js';
import { HOST, SITE } from '../site/pages.js';
import { pageLoads, vendorRequests } from './sent.js';
import { Tally } from './tally.js';

const RECORDINGS = ['before', 'after'];
const KEY = ['recording', 'source', 'site', 'vendor', 'data_class', 'form', 'channel'];

/** One row per site × vendor × data class × form × channel that `source` can show. */
function truth(recording, source) {
  const rows = new Tally();
  for (const request of vendorRequests(recording).filter(({ blocked }) => !blocked)) {
    const data = request.data.filter(({ seenIn }) => source === 'har' || seenIn === 'url');
    const site = source === 'har' || data.some(namesPage) ? SITE : '(unknown)';
    const cells = new Set(data.map(({ dataClass, form, channel }) => [
      recording, source, site, request.vendor, dataClass, form, channel].join('\t')));
    for (const cell of cells) rows.add(cell, request.person.id);
  }
  return rows.rows().map(({ key, count, people }) => (
    [...key, count, source === 'har' ? people : '', people]));
}

/** A proxy log knows the site only where a parameter of the URL names the page. */
function namesPage({ dataClass }) {
  return dataClass === 'page_url';
}

function blocked(recording) {
  const rows = new Tally();
  for (const { person, vendor } of vendorRequests(recording).filter((request) => request.blocked)) {
    rows.add([recording, person.id, vendor].join('\t'), person.id);
  }
  return rows.rows().map(({ key, count }) => [...key, count]);
}

function visits(recording) {
  const rows = new Tally();
  for (const { person, page } of pageLoads(recording)) {
    rows.add([recording, `${HOST}${page.template}`].join('\t'), person.id);
  }
  return rows.rows().map(({ key, count, people }) => [...key, count, people]);
}

/** All that a proxy can tell that does not look into TLS: who called which host. */
function connects(recording) {
  const rows = new Tally();
  for (const { person, host } of vendorRequests(recording)) {
    if (CONNECT_ONLY.includes(person.id)) rows.add([recording, host].join('\t'), person.id);
  }
  return rows.rows().map(({ key, people }) => [...key, people]);
}

function persona(person) {
  return Object.entries({
    first_name: person.first, last_name: person.last, email: person.email, phone: person.phone,
    postal_address: addressLine(person), street: person.street, city: person.city,
    region: person.state, postal_code: person.zip, customer_id: person.customer,
    ...(person.parcel && { parcel_tracking_number: person.parcel }),
    ...(person.words && { search_text: person.words }),
  }).map(([kind, value]) => [person.id, kind, value]);
}

function write(name, header, rows) {
  const lines = [header, ...rows].map((row) => row.map(cell).join(','));
  writeFileSync(`${folder}/${name}`, `${lines.join('\n')}\n`);
}

function cell(value) {
  return /[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
}

const [folder] = process.argv.slice(2);
write('truth.csv', [...KEY, 'requests', 'captures', 'people'],
  RECORDINGS.flatMap((recording) => [...truth(recording, 'har'), ...truth(recording, 'squid')]));
write('blocked.csv', ['recording', 'person', 'vendor', 'requests'], RECORDINGS.flatMap(blocked));
write('visits_truth.csv', ['recording', 'page', 'loads', 'people'], RECORDINGS.flatMap(visits));
write('connect_truth.csv', ['recording', 'host', 'people'], RECORDINGS.flatMap(connects));
write('personas.csv', ['person', 'kind', 'value'], PEOPLE.flatMap(persona));
