// A person's own client address: Chromium cannot choose the address it calls
// from, so each browser talks to a small forwarder that calls the proxy from
// 127.0.0.x.

import { connect, createServer } from 'node:net';

/** Listens on a free port and resolves to { url, close }. */
export function forwarder(localAddress, proxyPort) {
  const server = createServer((browser) => {
    const proxy = connect({ host: '127.0.0.1', port: proxyPort, localAddress });
    browser.pipe(proxy).pipe(browser);
    browser.on('error', () => proxy.destroy());
    proxy.on('error', () => browser.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({
      url: `http://127.0.0.1:${server.address().port}`,
      close: () => server.close(),
    }));
  });
}
