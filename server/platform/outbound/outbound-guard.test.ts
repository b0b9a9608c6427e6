import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JudgeAddresses, OutboundGuard, OutboundRefusedError } from './outbound-guard.js';

let server: Server;
let port: number;
let hits = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    hits += 1;
    request.resume();
    if (request.url === '/large') response.end('x'.repeat(1_000_000));
    else if (request.url === '/silent') return;
    else response.end(`host ${request.headers.host}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const loopback: JudgeAddresses = (_host, addresses) => ({
  refusal: addresses.every((address) => address === '127.0.0.1') ? null : 'not ours',
  declared: true,
});
const post = (guard: OutboundGuard, url: string) => guard.post({ url, headers: {}, body: '{}' });

test('connects to the checked address and resolves the name once', async () => {
  const resolved: string[] = [];
  // First an allowed address, then a forbidden one, as in a DNS rebinding attack.
  const resolve = async (host: string) => {
    resolved.push(host);
    return resolved.length === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
  };
  const guard = new OutboundGuard({ judge: loopback, resolve });
  const answer = await post(guard, `http://rebinding.example:${port}/`);
  expect(answer).toEqual({ status: 200, text: `host rebinding.example:${port}` });
  expect(resolved).toEqual(['rebinding.example']);
  await expect(post(guard, `http://rebinding.example:${port}/`)).rejects.toThrow('not ours');
});

test('rejects a name when one of its addresses is not allowed', async () => {
  const before = hits;
  const guard = new OutboundGuard({ judge: loopback, resolve: async () => ['127.0.0.1', '::1'] });
  await expect(post(guard, `http://two.example:${port}/`)).rejects.toThrow(OutboundRefusedError);
  expect(hits).toBe(before);
});

test('allows plain http for declared hosts only, and no other scheme', async () => {
  const judge: JudgeAddresses = () => ({ refusal: null, declared: false });
  const guard = new OutboundGuard({ judge, resolve: async () => ['127.0.0.1'] });
  for (const url of [
    `http://plain.example:${port}/`,
    'file:///etc/passwd',
    'ftp://a.example/',
    'https://user:word@a.example/',
    'no address',
  ]) {
    await expect(post(guard, url)).rejects.toThrow(OutboundRefusedError);
  }
});

test('truncates a long response and times out on a missing one', async () => {
  const guard = new OutboundGuard({ judge: loopback, timeoutMs: 300 });
  expect((await post(guard, `http://127.0.0.1:${port}/large`)).text).toHaveLength(2_000);
  await expect(post(guard, `http://127.0.0.1:${port}/silent`)).rejects.toThrow();
});
