// What every tag of the lab needs: the page with the member the site hands
// over, first-party ids, hashes, client hints and the ways to send a request.

export function readPage() {
  const member = document.getElementById('member');
  return {
    url: location.href,
    referrer: document.referrer,
    title: document.title,
    host: location.host,
    member: member && JSON.parse(member.textContent),
    search: new URLSearchParams(location.search).get('q'),
  };
}

/** How an image is fetched: no CORS, cookies allowed, connections shared. */
const AS_IMAGE = { mode: 'no-cors', credentials: 'include' };

/** A first-party cookie that a tag keeps its id in; made on first use. */
export function kept(name, make) {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  const value = found ? found.slice(name.length + 1) : make();
  document.cookie = `${name}=${value}; path=/; max-age=7776000; secure`;
  return value;
}

export function digits(count) {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte, i) => (i ? byte % 10 : 1 + (byte % 9))).join('');
}

export function hex(uuid = crypto.randomUUID()) {
  return uuid.replaceAll('-', '');
}

export async function sha256(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The browser's high-entropy client hints: computer type and browser. */
export function clientHints() {
  return navigator.userAgentData.getHighEntropyValues(
    ['architecture', 'bitness', 'model', 'platformVersion', 'uaFullVersion', 'fullVersionList']);
}

/** Sends a GET as an image; resolves when the vendor answered or refused. */
export function image(address, params) {
  return new Promise((resolve) => {
    const pixel = new Image();
    pixel.onload = resolve;
    pixel.onerror = resolve;
    pixel.src = `${address}?${new URLSearchParams(params)}`;
  });
}

/** Sends a GET that outlives the page, for clicks that leave it. */
export function lastingGet(address, params) {
  return fetch(`${address}?${new URLSearchParams(params)}`, { ...AS_IMAGE, keepalive: true }).catch(() => {});
}

export function post(address, body) {
  return fetch(address, { ...AS_IMAGE, method: 'POST', body }).catch(() => {});
}
