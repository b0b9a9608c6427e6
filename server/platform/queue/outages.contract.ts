import { describe, expect, it } from 'vitest';
import { outage } from '../outages/outage.js';
import { gate, noted, type OpenQueue, RED, until, untilState } from './suite-jobs.contract.js';

export function outagesContract(open: OpenQueue): void {
  describe('an outage of a store that a job needs', () => {
    const failing = { ...noted, attempts: 2 };
    const away = () => outage('database', 'MongoDB does not respond');

    it('is no attempt: the job says what it waits for, and runs when the store is back', async () => {
      const queue = open();
      let isAway = true;
      const attempts: number[] = [];
      queue.work(failing, async ({ attempt }) => {
        attempts.push(attempt);
        if (isAway) throw new Error('could not read the report', { cause: away() });
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      expect(await untilState(queue, id, 'delayed')).toMatchObject({
        attempts: 0,
        error: 'waiting for the database: MongoDB does not respond',
      });
      await until(() => expect(attempts.length).toBe(2));
      isAway = false;
      expect(await untilState(queue, id, 'completed')).toMatchObject({ attempts: 1, error: null });
      expect(attempts).toEqual([1, 1, 1]);
    });

    it('holds back the other jobs of the type, of which one at a time tries again', async () => {
      const queue = open();
      let tries = 0;
      queue.work(failing, async () => {
        tries += 1;
        throw away();
      });
      const requests = Array.from({ length: 30 }, (_, n) => ({ teamId: RED, payload: { n } }));
      await queue.enqueueMany(noted, requests);
      await until(() => expect(tries).toBe(2));
      const [counts] = await queue.counts();
      expect(counts).toMatchObject({ failed: 0, active: 0 });
      expect((counts?.waiting ?? 0) + (counts?.delayed ?? 0)).toBe(30);
    });

    it('does not begin jobs of a module that is unavailable', async () => {
      let reason: string | null = 'waiting for the module suite';
      const queue = open({ waits: () => reason });
      const ran = gate();
      let runs = 0;
      queue.work(noted, async () => {
        runs += 1;
        ran.open();
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect([runs, (await queue.get(id))?.state]).toEqual([0, 'waiting']);
      reason = null;
      await ran.pass;
      await untilState(queue, id, 'completed');
    });
  });
}
