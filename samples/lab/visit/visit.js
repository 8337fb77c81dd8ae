// Acts out the visits: one headless Chromium, one fresh browser context and one
// HAR for each person, all requests through the proxy.
//
// usage: node visit.js before|after PROXY_PORT HAR_FOLDER   records everybody
//        node visit.js before|after PROXY_PORT              only the few who
//                                  browse through the CONNECT-only proxy
// LAB_MODULES names the folder in which playwright-core was installed.

import { createRequire } from 'node:module';
import { CONNECT_ONLY, PEOPLE } from '../people.js';
import { stepsOf } from '../plan.js';
import { HOST, SITE, pageIn } from '../site/pages.js';
import { contextOptions } from './devices.js';
import { forwarder } from './forwarder.js';

const { chromium } = createRequire(`${process.env.LAB_MODULES}/`)('playwright-core');
const [recording, proxyPort, harFolder] = process.argv.slice(2);
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--ignore-certificate-errors',
];

async function visit(browser, person) {
  const proxy = await forwarder(person.client, Number(proxyPort));
  const context = await browser.newContext({
    ...contextOptions(person, browser.version()),
    proxy: { server: proxy.url },
    ignoreHTTPSErrors: true,
    ...(harFolder && { recordHar: { path: `${harFolder}/${person.id}.har`, content: 'embed' } }),
  });
  if (person.blocks) await refuse(context, person.blocks);
  const tab = await context.newPage();
  for (const step of stepsOf(person)) await act(tab, person, step);
  await context.close();
  proxy.close();
}

/** Plays a content blocker: the browser itself refuses the tag's requests. */
async function refuse(context, tag) {
  const { host } = await import(`../site/tags/${tag}.js`);
  await context.route(`https://${host}/**`, (route) => route.abort('blockedbyclient'));
}

async function act(tab, person, { action, page }) {
  const arrived = action === 'press' ? null : tab.waitForURL(expected(person, page));
  await ACTIONS[action](tab, person, page);
  await arrived;
  await tagsDone(tab);
}

const ACTIONS = {
  'open': (tab, person, page) => tab.goto(`https://${person.apex ? SITE : HOST}${pageIn(recording, page).path(person)}`),
  'go': (tab, person, page) => tab.click(`#to-${page}`),
  'search': (tab, person) => submit(tab, 'q', person.words),
  'track': (tab, person) => submit(tab, 'number', person.parcel),
  'press': (tab) => tab.click('#act'),
  'log in': async (tab, person) => {
    await tab.fill('[name=email]', person.email);
    await tab.fill('[name=password]', `invented-${person.id}`);
    await tagsDone(tab);
    await tab.click('#submit');
  },
};

async function submit(tab, field, text) {
  await tab.fill(`[name=${field}]`, text);
  await tab.press(`[name=${field}]`, 'Enter');
}

function expected(person, page) {
  const { path } = pageIn(recording, page);
  return (url) => url.href === `https://${HOST}${path(person)}`;
}

function tagsDone(tab) {
  return tab.evaluate(() => window.tagsDone);
}

const browser = await chromium.launch({ executablePath: process.env.LAB_CHROMIUM, args: FLAGS });
for (const person of PEOPLE) {
  if (harFolder || CONNECT_ONLY.includes(person.id)) await visit(browser, person);
}
await browser.close();
