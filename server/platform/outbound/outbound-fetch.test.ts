import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { outboundFetch } from './outbound-fetch.js';
import { OutboundGuard } from './outbound-guard.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const guardThat = (refusal: string | null) =>
  new OutboundGuard({ judge: () => ({ refusal, declared: true }) });
const free = outboundFetch(guardThat(null));

test('sends forms and headers, and returns status, headers and body', async () => {
  const url = await aServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const { 'x-a': header, 'content-length': length } = request.headers;
      response.writeHead(201).end(JSON.stringify([request.method, body, header, length]));
    });
  });
  const response = await free(url, {
    ...{
      method: 'POST',
      body: new URLSearchParams({ a: 'ü' }),
      headers: new Headers({ 'x-a': '1' }),
    },
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    ...[201, 'application/json'],
  ]);
  expect(await response.json()).toEqual(['POST', 'a=%C3%BC', '1', '8']);
});

test('does not follow redirects, which may lead to an address that was not checked', async () => {
  const url = await aServer((_, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  );
  const response = await free(url);
  expect([response.status, response.headers.get('location')]).toEqual([
    ...[302, 'http://169.254.169.254/'],
  ]);
});

test('asks the guard before it connects, and refuses other protocols and credentials', async () => {
  let requests = 0;
  const url = await aServer((_, response) => {
    requests += 1;
    response.end();
  });
  await expect(outboundFetch(guardThat('not this one'))(url)).rejects.toThrow('not this one');
  await expect(free('file:///etc/passwd')).rejects.toThrow('not an https address');
  await expect(free(url.replace('//', '//a:b@'))).rejects.toThrow('user name or password');
  expect(requests).toBe(0);
});

test('reads no more than a megabyte', async () => {
  const url = await aServer((_, response) => response.end(Buffer.alloc(2 * 1024 * 1024)));
  await expect(free(url)).rejects.toThrow('too large');
});
