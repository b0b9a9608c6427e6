import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalSite {
  url: string;
  /** Requests wait from now on, until `release`. */
  hold(): void;
  release(): void;
  /** The number of waiting requests. */
  waiting(): number;
  stop(): Promise<void>;
}

/** A web site on loopback with faults that the built-in check finds: no security headers, an unsafe cookie. */
export async function startSite(): Promise<LocalSite> {
  const waiting = new Set<() => void>();
  let isHeld = false;
  const release = () => {
    isHeld = false;
    for (const answer of waiting) answer();
    waiting.clear();
  };
  const server = createServer((_, response) => {
    const answer = () => {
      response.setHeader('set-cookie', 'session=1; Path=/');
      response.end('<!doctype html><title>Shop</title><h1>Shop</h1>');
    };
    if (!isHeld) return answer();
    waiting.add(answer);
    response.on('close', () => waiting.delete(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      isHeld = true;
    },
    release,
    waiting: () => waiting.size,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
