import { expect, test } from 'vitest';
import type { DatabaseHealth } from '../database/database-manager.js';
import { setupStructuredLogging } from '../log/structured-logging.js';
import { outage, outageIn, waitingFor } from './outage.js';
import { StoreWatch } from './store-watch.js';

const WELL: DatabaseHealth = {
  ...{ key: 'assessments', name: 'cspm_assessments', backend: 'mongodb' },
  ...{ ok: true, problem: null, isLate: false, latencyMs: 1 },
};
const AWAY = { ...WELL, ok: false, problem: 'MongoDB does not respond' };
const LATE = { ...WELL, ok: false, problem: 'no response in 5000 ms', isLate: true };

function watching() {
  const lines: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void lines.push(line) },
  );
  const answers: DatabaseHealth[] = [];
  const watch = new StoreWatch({
    databases: { ping: async () => answers.splice(0, 1) },
    log,
  });
  const look = async (answer: DatabaseHealth) => {
    answers.push(answer);
    await watch.look();
    return [...watch.problems.values()];
  };
  return { watch, look, messages: () => lines.map((line) => JSON.parse(line).msg) };
}

test('a lost database is reported and logged once, and once more when it is back', async () => {
  const { watch, look, messages } = watching();
  const changes: number[] = [];
  watch.onChange((problems) => void changes.push(problems.size));
  expect(await look(WELL)).toEqual([]);
  expect(await look(AWAY)).toEqual(['MongoDB does not respond']);
  expect(await look(AWAY)).toEqual(['MongoDB does not respond']);
  expect(watch.isSettled).toBe(false);
  expect(await look(WELL)).toEqual([]);
  expect(changes).toEqual([1, 0]);
  expect(messages()).toEqual(['databases lost', 'databases back']);
  // Leases are renewed first.
  expect(watch.isSettled).toBe(false);
});

test('a database that misses a look or two is not lost', async () => {
  const { look, messages } = watching();
  for (const answer of [LATE, LATE, WELL, LATE, LATE]) expect(await look(answer)).toEqual([]);
  expect(messages()).toEqual([]);
  expect(await look(LATE)).toEqual(['no response in 5000 ms']);
  expect(await look(LATE)).toEqual(['no response in 5000 ms']);
});

test('an outage is found among the causes of an error, and only there', () => {
  const away = outage('queue', 'the job queue is unreachable');
  const wrapped = new Error('the scan failed', { cause: new TypeError('no', { cause: away }) });
  expect(outageIn(wrapped)).toEqual({ store: 'queue', reason: 'the job queue is unreachable' });
  expect(waitingFor({ store: 'disk', reason: 'it is full' })).toBe(
    'waiting for the disk: it is full',
  );
  expect(outageIn(new Error('the job queue is unreachable'))).toBeNull();
  const circle = new Error('itself');
  circle.cause = circle;
  expect(outageIn(circle)).toBeNull();
});
