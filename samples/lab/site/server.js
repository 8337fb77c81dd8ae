// The site itself: a small web application behind nginx. It renders the pages,
// takes the log-in form and tells nginx in a response header who is logged in,
// so that the access log has a user.
//
// usage: node server.js before|after SOCKET

import { randomUUID } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { PEOPLE } from '../people.js';
import { render } from './html.js';
import { pageIn, PAGES } from './pages.js';

const [recording, socket] = process.argv.slice(2);
const TAGS = new URL('./tags/', import.meta.url);
const SCRIPTS = new Map(readdirSync(TAGS)
  .map((name) => [`/tags/${name}`, readFileSync(new URL(name, TAGS))]));
const NAMES = new Map(Object.entries(PAGES).map(([name, page]) => [page.template, name]));
const sessions = new Map();
/** Milliseconds that a late vendor takes; nginx sends such requests here. */
const LATE = 400;

createServer(async (request, response) => {
  const url = new URL(request.url, 'https://site');
  if (SCRIPTS.has(url.pathname)) return sendScript(response, SCRIPTS.get(url.pathname));

  if (url.pathname === '/tr/') return setTimeout(() => response.writeHead(204).end(), LATE);

  const cookies = readCookies(request.headers.cookie);
  if (!cookies.pp_visitor) response.appendHeader('Set-Cookie', `pp_visitor=${randomUUID()}; Path=/; Secure`);
  if (request.method === 'POST') return logIn(response, await readForm(request));
  if (url.pathname === '/tracking') return redirect(response, `/tracking/${url.searchParams.get('number')}`);
  sendPage(response, url, sessions.get(cookies.pp_session));
}).listen(socket, () => chmodSync(socket, 0o666));

function sendScript(response, script) {
  response.setHeader('Content-Type', 'text/javascript');
  response.setHeader('Cache-Control', 'max-age=3600');
  response.end(script);
}

function logIn(response, form) {
  const person = PEOPLE.find((candidate) => candidate.email === form.get('email'));
  if (!person) return redirect(response, '/login');
  const session = randomUUID();
  sessions.set(session, person);
  response.setHeader('X-Site-User', person.customer);
  response.appendHeader('Set-Cookie', `pp_session=${session}; Path=/; Secure; HttpOnly`);
  redirect(response, pageIn(recording, 'preview').path(person));
}

function sendPage(response, url, person) {
  const template = url.pathname.replace(/^\/tracking\/.+/, '/tracking/{id}');
  const name = NAMES.get(template);
  if (!name) return response.writeHead(404).end();
  const page = pageIn(recording, name);
  if (page.members && !person) return redirect(response, '/login');
  if (person) response.setHeader('X-Site-User', person.customer);
  if (page.referrerPolicy) response.setHeader('Referrer-Policy', page.referrerPolicy);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(render(recording, page, person));
}

function redirect(response, location) {
  response.writeHead(303, { Location: location }).end();
}

async function readForm(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

function readCookies(header = '') {
  return Object.fromEntries(header.split('; ').map((pair) => pair.split('=', 2)));
}
