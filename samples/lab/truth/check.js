// Checks that the recordings are complete: for every vendor the number of
// requests in the plan, in the HARs, in Squid's log and in the vendor side's
// own log must agree, and every POST in a HAR must have its body. It counts
// requests only; what they hold is left to the reader of the samples.
//
// usage: node check.js SAMPLES_FOLDER WORK_FOLDER

import { readdirSync, readFileSync } from 'node:fs';
import { pageLoads, vendorRequests } from './sent.js';

const [samples, work] = process.argv.slice(2);
let wrong = 0;

for (const recording of ['before', 'after']) {
  const planned = vendorRequests(recording);
  const har = harRequests(recording);
  const squid = lines(`${samples}/${recording}/squid/access.log`).map((line) => line.split(/ +/))
    .filter((fields) => fields[5] !== 'CONNECT').map((fields) => new URL(fields[6]).host);
  const vendorSide = lines(`${work}/${recording}/vendors.log`).map((line) => line.split(' ')[0]);

  for (const host of new Set(planned.map((request) => request.host))) {
    const of = (list) => list.filter((request) => request.host === host);
    const count = (hosts) => hosts.filter((other) => other === host).length;
    const sent = of(planned).filter((request) => !request.blocked).length;
    compare(recording, `${host} blocked`, of(planned).length - sent, {
      har: of(har).filter((request) => request.blocked).length,
    });
    compare(recording, `${host} sent`, sent, {
      har: of(har).filter((request) => !request.blocked).length,
      squid: count(squid), vendor: count(vendorSide),
    });
  }
  compare(recording, 'POST without body', 0, {
    har: har.filter((request) => request.method === 'POST' && !request.hasBody).length,
  });
  const pages = lines(`${samples}/${recording}/nginx/access.log`)
    .filter((line) => / "GET (?!\/tags\/)[^"]*" 200 /.test(line));
  compare(recording, 'pages', pageLoads(recording).length, { nginx: pages.length });
}
process.exit(wrong === 0 ? 0 : 1);

function harRequests(recording) {
  const folder = `${samples}/${recording}/har`;
  return readdirSync(folder).flatMap((name) => (
    JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')).log.entries.map(({ request, response }) => ({
      host: new URL(request.url).host,
      method: request.method,
      // GA4 posts an empty body unless there is more than one event.
      hasBody: Boolean(request.postData?.text) || request.bodySize === 0,
      blocked: /BLOCKED_BY_CLIENT/.test(response._failureText),
    }))));
}

function lines(file) {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

function compare(recording, what, planned, found) {
  const counts = Object.entries(found).map(([where, count]) => `${where} ${count}`).join(', ');
  const agrees = Object.values(found).every((count) => count === planned);
  if (!agrees) wrong += 1;
  console.log(`${agrees ? 'ok   ' : 'WRONG'} ${recording} ${what}: planned ${planned}, ${counts}`);
}
