import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { UnavailableError } from '../errors.js';
import { isOutage } from '../outages/outage.js';
import { translatingErrors, translatingItems } from './mongo-connection.js';

const named = (name: string, more: object = {}) =>
  Object.assign(new Error('from the driver'), { name, ...more });

async function thrownFor(error: unknown): Promise<unknown> {
  return translatingErrors(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

test.each<[string, unknown]>([
  ['a connection that ends', new MongoNetworkError('closed')],
  ['no server in time', named('MongoServerSelectionError')],
  ['a pool cleared while it is used', named('PoolClearedOnNetworkError')],
  ['a pool of which every connection waits', named('MongoWaitQueueTimeoutError')],
  [
    'a bulk write whose connection ends',
    new MongoBulkWriteError(new MongoNetworkError('closed') as never, {} as never),
  ],
  ['a server that shuts down', new MongoServerError({ code: 91, message: 'in shutdown' })],
  ['a server that is no longer the primary', new MongoServerError({ code: 10107, message: 'no' })],
])('%s is an outage', async (_, error) => {
  const thrown = await thrownFor(error);
  expect(thrown).toBeInstanceOf(UnavailableError);
  expect(isOutage(thrown)).toBe(true);
});

test.each<[string, unknown]>([
  ['a query that takes too long', new MongoServerError({ code: 50, message: 'too long' })],
  ['a client that was closed here', named('MongoClientClosedError')],
  ['a bug', new TypeError('x is undefined')],
])('%s is no outage', async (_, error) => {
  expect(isOutage(await thrownFor(error))).toBe(false);
});

test('an outage while results are read is one too', async () => {
  async function* items() {
    yield 1;
    throw new MongoNetworkError('closed');
  }
  const read: number[] = [];
  const reading = (async () => {
    for await (const item of translatingItems(items())) read.push(item);
  })();
  const thrown = await reading.catch((error: unknown) => error);
  expect([read, isOutage(thrown)]).toEqual([[1], true]);
});
