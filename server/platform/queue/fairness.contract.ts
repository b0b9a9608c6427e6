import { describe, expect, it } from 'vitest';
import { BLUE, gate, noted, type OpenQueue, RED, until } from './suite-jobs.contract.js';

export function fairnessContract(open: OpenQueue): void {
  describe('order', () => {
    it('is by priority, then by age, within a team', async () => {
      const queue = open();
      const order: number[] = [];
      const add = (n: number, priority?: 'urgent' | 'normal' | 'low') =>
        queue.enqueue(noted, { teamId: RED, payload: { n }, priority });
      await add(5, 'low');
      await add(3);
      await add(1, 'urgent');
      await add(4, 'normal');
      await add(2, 'urgent');
      queue.work(noted, async (job) => void order.push(job.payload.n));
      await until(() => expect(order).toEqual([1, 2, 3, 4, 5]));
    });

    it('runs the one job of a team beside the thousand jobs of another', async () => {
      const [queue, api] = [open(), open()];
      const many = Array.from({ length: 1_000 }, (_, n) => ({
        teamId: RED,
        payload: { n },
        priority: 'urgent' as const,
      }));
      await queue.enqueueMany(noted, many);
      await api.enqueue(noted, { teamId: BLUE, payload: { n: -1 }, priority: 'low' });
      const order: number[] = [];
      queue.work(noted, async (job) => {
        order.push(job.payload.n);
        // A job from another process, added while the others run.
        if (order.length === 100) await api.enqueue(noted, { teamId: BLUE, payload: { n: -2 } });
        if (order.length > 100) await new Promise((resolve) => setTimeout(resolve, 1));
      });
      await until(() => expect(order.indexOf(-2)).toBeGreaterThan(-1));
      expect(order.indexOf(-1)).toBeLessThan(3);
      expect(order.indexOf(-2)).toBeLessThan(300);
    }, 60_000);

    it('lets teams take turns', async () => {
      const queue = open();
      const order: string[] = [];
      const teams = ['a', 'b', 'c'];
      for (const teamId of teams) {
        const requests = Array.from({ length: 20 }, (_, n) => ({ teamId, payload: { n } }));
        await queue.enqueueMany(noted, requests);
      }
      // The first job waits until the worker knows every team; before, it can only serve known ones.
      const known = new Promise((resolve) => setTimeout(resolve, 500));
      queue.work(noted, async (job) => {
        order.push(job.teamId);
        await known;
      });
      await until(() => expect(order).toHaveLength(60));
      const of = (teamId: string, part: string[]) => part.filter((team) => team === teamId).length;
      for (const teamId of teams) {
        for (const length of [9, 30, 45]) {
          expect(Math.abs(of(teamId, order.slice(0, length)) - length / 3)).toBeLessThan(3);
        }
      }
    });

    it('keeps a slot for a team without running jobs', async () => {
      const queue = open();
      const door = gate();
      const started: string[] = [];
      queue.work({ ...noted, concurrency: 2 }, async (job) => {
        started.push(job.teamId);
        if (job.teamId === RED) await door.pass;
      });
      const of = (teamId: string, count: number) =>
        Array.from({ length: count }, (_, n) => ({ teamId, payload: { n } }));
      await queue.enqueueMany(noted, of(BLUE, 10));
      await queue.enqueueMany(noted, of(RED, 10));
      // RED's first job keeps running; BLUE's jobs run one after the other beside it.
      const blue = () => started.filter((team) => team === BLUE).length;
      await until(() => expect(blue()).toBe(10));
      expect(started.slice(0, -1).filter((team) => team === RED).length).toBeLessThanOrEqual(1);
      door.open();
      await until(() => expect(started).toHaveLength(20));
    });
  });
}
