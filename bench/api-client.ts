import { Agent, request } from 'node:http';
import { fetchSignedIn, sessionCookie } from '../server/testing/signed-in-fetch.js';
import { Samples, timed } from './measure.js';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** Headers of a browser, which gets compressed responses too. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br, zstd' };

interface Answer {
  status: number;
  bytes: Buffer;
}

/** Sends a request over a connection that stays open, by default as the operator. The response's bytes stay compressed. */
export function ask(
  url: string,
  method = 'GET',
  body?: unknown,
  cookie = sessionCookie(url),
): Promise<Answer> {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      ...HEADERS,
      ...(cookie ? { cookie } : {}),
      ...(text ? { 'content-type': 'application/json' } : {}),
    };
    const call = request(url, { method, agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        const bytes = Buffer.concat(chunks);
        if (status >= 200 && status < 300) resolve({ status, bytes });
        else reject(new Error(`${method} ${url} answered ${status}: ${bytes}`));
      });
    });
    call.on('error', reject);
    call.end(text ?? undefined);
  });
}

/** Sends a request and parses the response as JSON. */
export async function askJson<T>(url: string): Promise<T> {
  const answer = await fetchSignedIn(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** A request that takes seconds need not be repeated hundreds of times. */
const LONGEST_MS = 10_000;
const FEWEST = 10;

/** Response times in milliseconds, after some requests to warm up. */
export async function latencies(times: number, url: string): Promise<Samples> {
  for (let turn = 0; turn < FEWEST / 2; turn += 1) await ask(url);
  const taken: number[] = [];
  const started = performance.now();
  while (taken.length < times) {
    taken.push((await timed(() => ask(url))).ms);
    if (taken.length >= FEWEST && performance.now() - started > LONGEST_MS) break;
  }
  return new Samples(taken);
}
