import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.js';
import { JOB_STATES, type JobAbortedError } from './job-queue.js';
import { BLUE, noted, type OpenQueue, RED, until, untilState } from './suite-jobs.contract.js';

export function cancellingContract(open: OpenQueue): void {
  describe('cancel', () => {
    it('prevents a waiting or delayed job from running', async () => {
      const queue = open();
      const ran: number[] = [];
      const ids = await Promise.all(
        [0, 0, 60_000].map((delayMs, n) =>
          queue.enqueue(noted, { teamId: RED, payload: { n }, delayMs, dedupeKey: `k${n}` }),
        ),
      );
      const [first, second, third] = ids as [string, string, string];
      expect(await queue.cancel(first)).toBe('cancelled');
      expect(await queue.cancel(third)).toBe('cancelled');
      expect(await queue.cancel(first)).toBe('ended');
      queue.work(noted, async (job) => void ran.push(job.payload.n));
      await untilState(queue, second, 'completed');
      expect(await queue.cancel(second)).toBe('ended');
      expect(ran).toEqual([1]);
      const gone = await queue.get(first);
      expect(gone).toMatchObject({ state: 'cancelled', payload: { n: 0 }, teamId: RED });
      expect(gone?.finishedAt).toMatch(/Z$/);
      const { items } = await queue.list({ state: 'cancelled', teamId: RED });
      expect(items.map((job) => job.id).sort()).toEqual([first, third].sort());
      expect((await queue.list({ state: 'cancelled', teamId: 'nobody' })).items).toEqual([]);
      await expect(queue.cancel('job_nope')).rejects.toThrow(NotFoundError);
      // Its dedupe key is free.
      const again = { teamId: RED, payload: { n: 5 }, dedupeKey: 'k0' };
      expect(await queue.enqueue(noted, again)).not.toBe(first);
    });

    it.each(['this process', 'another process'])('aborts a running job, from %s', async (from) => {
      const queue = open();
      const api = from === 'this process' ? queue : open();
      const aborted: string[] = [];
      queue.work({ ...noted, concurrency: 2 }, async (job, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted.push((signal.reason as JobAbortedError).why);
        // Returning and throwing are both fine.
        if (job.payload.n === 1) throw signal.reason;
      });
      const ids = await Promise.all(
        [1, 2].map((n) => api.enqueue(noted, { teamId: RED, payload: { n }, dedupeKey: `k${n}` })),
      );
      for (const id of ids) {
        await untilState(queue, id, 'active');
        expect(await api.cancel(id)).toBe('cancelling');
        await untilState(api, id, 'cancelled');
      }
      expect(aborted).toEqual(['cancelled', 'cancelled']);
      expect((await queue.list({ state: 'failed' })).items).toEqual([]);
      expect((await queue.list({ state: 'active' })).items).toEqual([]);
    });

    it('deletes all jobs of a team, stops those that run, and leaves other teams alone', async () => {
      const queue = open();
      const aborted: number[] = [];
      queue.work(noted, async (job, { signal }) => {
        if (job.payload.n !== 1) return;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted.push(job.payload.n);
      });
      const add = (teamId: string, n: number, delayMs = 0) =>
        queue.enqueue(noted, { teamId, payload: { n }, delayMs, dedupeKey: `k${n}` });
      const running = await add(RED, 1);
      await untilState(queue, running, 'active');
      const delayed = await add(RED, 2, 60_000);
      const other = await add(BLUE, 3, 60_000);
      expect(await queue.removeTeam(RED)).toBeGreaterThan(0);
      expect(aborted).toEqual([1]);
      for (const id of [running, delayed]) expect(await queue.get(id)).toBeNull();
      expect(await queue.get(other)).toMatchObject({ state: 'delayed' });
      for (const state of JOB_STATES) {
        expect((await queue.list({ state, teamId: RED })).items).toEqual([]);
      }
      expect(await queue.removeTeam(RED)).toBe(0);
      // The team may come again, as another one with its id.
      await add(RED, 2, 60_000);
      expect((await queue.list({ state: 'delayed', teamId: RED })).items).toHaveLength(1);
    });

    it('frees the dedupe key at once, and the next job runs when the first has ended', async () => {
      const queue = open();
      let runs = 0;
      queue.work(noted, async (_job, { signal }) => {
        runs += 1;
        if (runs === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      });
      const request = { teamId: RED, payload: { n: 1 }, dedupeKey: 'k' };
      const first = await queue.enqueue(noted, request);
      await untilState(queue, first, 'active');
      await queue.cancel(first);
      const second = await queue.enqueue(noted, request);
      expect(second).not.toBe(first);
      await untilState(queue, first, 'cancelled');
      await untilState(queue, second, 'completed');
      expect(await queue.enqueue(noted, request)).not.toBe(second);
    });

    it('frees the slot of a job that ignores the signal, after the grace period', async () => {
      const queue = open({ graceMs: 50 });
      const ran: number[] = [];
      queue.work(noted, async (job) => {
        ran.push(job.payload.n);
        if (job.payload.n === 1) await new Promise(() => {});
      });
      const deaf = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      await untilState(queue, deaf, 'active');
      await queue.cancel(deaf);
      await untilState(queue, deaf, 'cancelled');
      await queue.enqueue(noted, { teamId: RED, payload: { n: 2 } });
      await until(() => expect(ran).toEqual([1, 2]));
    });

    it('prevents further attempts of a job that waits for a retry', async () => {
      const queue = open();
      let tries = 0;
      queue.work({ ...noted, backoffMs: 60_000 }, async () => {
        tries += 1;
        throw new Error('no');
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      await untilState(queue, id, 'delayed');
      expect(await queue.cancel(id)).toBe('cancelled');
      expect(await queue.get(id)).toMatchObject({ state: 'cancelled' });
      expect(tries).toBe(1);
    });
  });
}
