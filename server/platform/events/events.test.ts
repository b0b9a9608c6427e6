import { expect, test } from 'vitest';
import { setupStructuredLogging } from '../log/structured-logging.js';
import { Events, eventType } from './events.js';

const riskClosed = eventType<{ riskId: string }>('risk.closed');
const riskOpened = eventType<{ riskId: string }>('risk.opened');

/** Events whose emitter holds a lease until `release`. */
function recordingEvents({ held = false } = {}) {
  const lines: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void lines.push(line) },
  );
  const waiting: (() => Promise<void>)[] = [];
  const afterwards = async (work: () => Promise<void>) => {
    if (held) waiting.push(work);
    else await work();
  };
  const release = async () => {
    for (const work of waiting.splice(0)) await work();
  };
  return { events: new Events(log, { afterwards }), lines, release };
}

test('runs the listeners of an event in the order of their registration, and waits for each', async () => {
  const { events } = recordingEvents();
  const seen: string[] = [];
  events.on(riskClosed, async ({ riskId }) => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`first ${riskId}`);
  });
  events.on(riskClosed, ({ riskId }) => void seen.push(`second ${riskId}`));
  events.on(riskOpened, () => void seen.push('another event'));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(seen).toEqual(['first r1', 'second r1']);
});

test('logs a listener that fails, and still runs the others', async () => {
  const { events, lines } = recordingEvents();
  const seen: string[] = [];
  events.on(riskClosed, () => {
    throw new Error('at once');
  });
  events.on(riskClosed, () => Promise.reject(new Error('later')));
  events.on(riskClosed, ({ riskId }) => void seen.push(riskId));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(seen).toEqual(['r1']);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('at once');
  expect(lines[0]).toContain('risk.closed');
  expect(lines[1]).toContain('later');
});

test('needs no listener', async () => {
  await expect(
    recordingEvents().events.emit(riskClosed, { riskId: 'r1' }),
  ).resolves.toBeUndefined();
});

test('runs `after` listeners last, even when they were registered first or another listener fails', async () => {
  const { events, lines } = recordingEvents();
  const seen: string[] = [];
  events.after(riskClosed, () => Promise.reject(new Error('follow-up broken')));
  events.after(riskClosed, ({ riskId }) => void seen.push(`after ${riskId}`));
  events.on(riskClosed, ({ riskId }) => void seen.push(`on ${riskId}`));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(seen).toEqual(['on r1', 'after r1']);
  expect(lines[0]).toContain('follow-up broken');
});

test('delays `after` listeners while the emitter holds a lease', async () => {
  const { events, release } = recordingEvents({ held: true });
  const seen: string[] = [];
  events.after(riskClosed, ({ riskId }) => void seen.push(`after ${riskId}`));
  events.on(riskClosed, ({ riskId }) => void seen.push(`on ${riskId}`));
  await events.emit(riskClosed, { riskId: 'r1' });
  await events.emit(riskClosed, { riskId: 'r2' });
  expect(seen).toEqual(['on r1', 'on r2']);
  await release();
  expect(seen).toEqual(['on r1', 'on r2', 'after r1', 'after r2']);
});
