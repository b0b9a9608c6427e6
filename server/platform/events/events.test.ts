import { expect, test } from 'vitest';
import { setupStructuredLogging } from '../log/structured-logging.js';
import { Events, eventType } from './events.js';

const riskClosed = eventType<{ riskId: string }>('risk.closed');
const riskOpened = eventType<{ riskId: string }>('risk.opened');

function recordingEvents() {
  const lines: string[] = [];
  const log = setupStructuredLogging(
    { logLevel: 'info' },
    { write: (line) => void lines.push(line) },
  );
  return { events: new Events(log), lines };
}

test('calls the listeners of an event in order of registration and waits for each', async () => {
  const { events } = recordingEvents();
  const received: string[] = [];
  events.on(riskClosed, async ({ riskId }) => {
    await new Promise((resolve) => setImmediate(resolve));
    received.push(`first ${riskId}`);
  });
  events.on(riskClosed, ({ riskId }) => void received.push(`second ${riskId}`));
  events.on(riskOpened, () => void received.push('another event'));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(received).toEqual(['first r1', 'second r1']);
});

test('logs a failing listener and goes on with the other listeners and the emitter', async () => {
  const { events, lines } = recordingEvents();
  const received: string[] = [];
  events.on(riskClosed, () => {
    throw new Error('at once');
  });
  events.on(riskClosed, () => Promise.reject(new Error('later')));
  events.on(riskClosed, ({ riskId }) => void received.push(riskId));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(received).toEqual(['r1']);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('at once');
  expect(lines[0]).toContain('risk.closed');
  expect(lines[1]).toContain('later');
});

test('emits an event without listeners', async () => {
  await expect(
    recordingEvents().events.emit(riskClosed, { riskId: 'r1' }),
  ).resolves.toBeUndefined();
});
