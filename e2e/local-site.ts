import { createServer } from 'node:http';

export interface LocalSite {
  url: string;
  /** From now on requests wait, until `release`. */
  hold(): void;
  release(): void;
  stop(): Promise<void>;
}

/** A web site on loopback with mistakes for the built-in check to find: no headers, a careless cookie. */
export async function startSite(): Promise<LocalSite> {
  let isHeld = false;
  const waiting = new Set<() => void>();
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
    if (isHeld) waiting.add(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    hold: () => {
      isHeld = true;
    },
    release,
    stop: () =>
      new Promise((resolve) => {
        release();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
