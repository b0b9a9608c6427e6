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

test('tells every listener of that event, in the order in which they came, and waits for them', async () => {
  const { events } = recordingEvents();
  const heard: string[] = [];
  events.on(riskClosed, async ({ riskId }) => {
    await new Promise((resolve) => setImmediate(resolve));
    heard.push(`first ${riskId}`);
  });
  events.on(riskClosed, ({ riskId }) => void heard.push(`second ${riskId}`));
  events.on(riskOpened, () => void heard.push('another event'));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(heard).toEqual(['first r1', 'second r1']);
});

test('a listener that fails is logged, and stops neither the others nor the announcer', async () => {
  const { events, lines } = recordingEvents();
  const heard: string[] = [];
  events.on(riskClosed, () => {
    throw new Error('at once');
  });
  events.on(riskClosed, () => Promise.reject(new Error('later')));
  events.on(riskClosed, ({ riskId }) => void heard.push(riskId));
  await events.emit(riskClosed, { riskId: 'r1' });
  expect(heard).toEqual(['r1']);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('at once');
  expect(lines[0]).toContain('risk.closed');
  expect(lines[1]).toContain('later');
});

test('nobody need listen', async () => {
  await expect(
    recordingEvents().events.emit(riskClosed, { riskId: 'r1' }),
  ).resolves.toBeUndefined();
});
