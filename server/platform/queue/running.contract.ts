import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type JobAbortedError, jobType, PermanentJobError } from './job-queue.js';
import {
  gate,
  noted,
  type OpenQueue,
  quick,
  RED,
  until,
  untilState,
} from './suite-jobs.contract.js';

export function runningContract(open: OpenQueue): void {
  describe('a handler', () => {
    it('is retried with increasing delays, and the last error is kept', async () => {
      const queue = open();
      const slow = jobType('suite.slow', z.object({}), { ...quick, attempts: 4, backoffMs: 60 });
      const tries: number[] = [];
      queue.work(slow, async (job) => {
        tries.push(performance.now());
        if (job.attempt < 4) throw new Error(`try ${job.attempt}`);
      });
      const id = await queue.enqueue(slow, { teamId: RED, payload: {} });
      await until(async () => expect(await queue.get(id)).toMatchObject({ state: 'delayed' }));
      expect((await queue.get(id))?.error).toMatch(/^try \d$/);
      await untilState(queue, id, 'completed');
      const pauses = tries.slice(1).map((at, i) => at - (tries[i] as number));
      expect(pauses[0]).toBeGreaterThan(55);
      expect(pauses[1]).toBeGreaterThan(115);
      expect(pauses[2]).toBeGreaterThan(235);
    });

    it('may throw any value', async () => {
      const queue = open();
      const once = jobType('suite.once', z.object({ n: z.number() }), { ...quick, attempts: 1 });
      const thrown = [undefined, null, 'a text', { code: 42 }, new Error(''), 0, Symbol('s')];
      queue.work({ ...once, concurrency: 9 }, (job) => {
        throw thrown[job.payload.n];
      });
      const ids = await queue.enqueueMany(
        once,
        thrown.map((_, n) => ({ teamId: RED, payload: { n } })),
      );
      const reasons = await Promise.all(
        ids.map(async (id) => (await untilState(queue, id, 'failed'))?.error),
      );
      const none = 'failed without a reason';
      const expected = [none, none, 'a text', '{ code: 42 }', 'Error', '0', 'Symbol(s)'];
      expect(reasons).toEqual(expected);
    });

    it('is not retried after a PermanentJobError', async () => {
      const queue = open();
      queue.work(noted, async () => {
        throw new PermanentJobError('the account was deleted');
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      const dead = await untilState(queue, id, 'failed');
      expect(dead).toMatchObject({ attempts: 1, error: 'the account was deleted' });
    });

    it('never gets an invalid payload: the job fails with the reason', async () => {
      const queue = open();
      const changed = jobType('suite.noted', z.object({ name: z.string() }), quick);
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      let calls = 0;
      queue.work(changed, async () => {
        calls += 1;
      });
      const dead = await untilState(queue, id, 'failed');
      expect(dead?.error).toMatch(/^the payload does not fit suite\.noted: .*name/);
      expect(calls).toBe(0);
    });

    it('reports its progress', async () => {
      const queue = open();
      const [half, end] = [gate(), gate()];
      queue.work(noted, async (_job, { progress }) => {
        for (let done = 0; done <= 500; done += 1) progress({ done, of: 1_000 });
        await half.pass;
        progress(100);
        await end.pass;
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      const shows = (progress: unknown) =>
        until(async () => expect(await queue.get(id)).toMatchObject({ state: 'active', progress }));
      await shows({ done: 500, of: 1_000 });
      half.open();
      await shows(100);
      end.open();
      expect(await untilState(queue, id, 'completed')).toMatchObject({ progress: 100 });
    });

    it('keeps its job beyond the first lease while it works', async () => {
      const [queue, other] = [open(), open()];
      let calls = 0;
      const handler = async () => {
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      };
      const short = { ...noted, leaseMs: 300 };
      queue.work(short, handler);
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(calls).toBe(1));
      other.work(short, handler);
      await untilState(queue, id, 'completed');
      expect(calls).toBe(1);
    });

    it('is aborted at the timeout, even when it ignores the signal', async () => {
      const queue = open({ graceMs: 50 });
      const timed = { ...quick, attempts: 1, timeoutMs: 100 };
      const listens = jobType('suite.listens', z.object({}), timed);
      const deaf = jobType('suite.deaf', z.object({}), timed);
      queue.work(listens, async (_job, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      });
      queue.work(deaf, () => new Promise(() => {}));
      for (const type of [listens, deaf]) {
        const id = await queue.enqueue(type, { teamId: RED, payload: {} });
        const dead = await untilState(queue, id, 'failed');
        expect(dead?.error).toBe('it took longer than 100 ms');
      }
    });

    it('runs up to `concurrency` jobs at a time', async () => {
      const queue = open();
      const door = gate();
      const three = { ...noted, concurrency: 3 };
      let now = 0;
      let maxRunning = 0;
      queue.work(three, async () => {
        now += 1;
        maxRunning = Math.max(maxRunning, now);
        await door.pass;
        now -= 1;
      });
      const requests = Array.from({ length: 9 }, (_, n) => ({ teamId: RED, payload: { n } }));
      const ids = await queue.enqueueMany(three, requests);
      await until(() => expect(now).toBe(3));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(now).toBe(3);
      expect(await queue.counts()).toMatchObject([{ active: 3, waiting: 6 }]);
      door.open();
      for (const id of ids) await untilState(queue, id, 'completed');
      expect(maxRunning).toBe(3);
      expect(() => queue.work(noted, async () => {})).toThrow(TypeError);
    });
  });

  describe('close', () => {
    it('with drain finishes running jobs and leaves waiting ones', async () => {
      const queue = open();
      const door = gate();
      let started = 0;
      queue.work(noted, async () => {
        started += 1;
        await door.pass;
      });
      const [first, second] = await queue.enqueueMany(noted, [
        { teamId: RED, payload: { n: 1 } },
        { teamId: RED, payload: { n: 2 } },
      ]);
      await until(() => expect(started).toBe(1));
      const closing = queue.close({ drain: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      door.open();
      await closing;
      const later = open();
      expect(await later.get(first as string)).toMatchObject({ state: 'completed' });
      expect(await later.get(second as string)).toMatchObject({ state: 'waiting', attempts: 0 });
      expect(started).toBe(1);
    });

    it('without drain aborts running jobs, which wait again without losing an attempt', async () => {
      const queue = open({ graceMs: 50 });
      const reasons: string[] = [];
      const twice = { ...noted, concurrency: 2 };
      queue.work(twice, async (job, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        reasons.push((signal.reason as JobAbortedError).why);
        if (job.payload.n === 2) await new Promise(() => {});
        throw signal.reason;
      });
      const ids = await queue.enqueueMany(twice, [
        { teamId: RED, payload: { n: 1 } },
        { teamId: RED, payload: { n: 2 } },
      ]);
      for (const id of ids) await untilState(queue, id, 'active');
      const draining = queue.close({ drain: true });
      await queue.close({ drain: false });
      await draining;
      expect(reasons).toEqual(['closing', 'closing']);
      const later = open();
      for (const id of ids) {
        expect(await later.get(id)).toMatchObject({ state: 'waiting', attempts: 0 });
      }
      later.work(twice, async () => {});
      for (const id of ids) {
        expect(await untilState(later, id, 'completed')).toMatchObject({ attempts: 1 });
      }
    });

    it('lets jobs end at shutdown whose type asks for it, however long they take', async () => {
      const patient = jobType('suite.patient', z.object({}), { ...quick, endsAtShutdown: true });
      const [queue, hold] = [open({ graceMs: 1 }), gate()];
      let started = false;
      queue.work(patient, async () => {
        started = true;
        await hold.pass;
      });
      const id = await queue.enqueue(patient, { teamId: RED, payload: {} });
      await until(() => expect(started).toBe(true));
      let isClosed = false;
      const closing = queue.close({ drain: false }).then(() => {
        isClosed = true;
      });
      // Longer than the grace period, which others get.
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isClosed).toBe(false);
      hold.open();
      await closing;
      await untilState(open(), id, 'completed');
    });
  });
}
