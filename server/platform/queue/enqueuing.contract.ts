import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import { jobType } from './job-queue.js';
import {
  BLUE,
  noted,
  type OpenQueue,
  quick,
  RED,
  until,
  untilState,
} from './suite-jobs.contract.js';

export function enqueuingContract(open: OpenQueue): void {
  describe('enqueue', () => {
    it('stores a job until a worker runs it, even in another process', async () => {
      const first = open();
      const id = await first.enqueue(noted, { teamId: RED, payload: { n: 7 }, priority: 'low' });
      expect(id).toMatch(/^job_/);
      const shown = { id, type: 'suite.noted', teamId: RED, payload: { n: 7 }, priority: 'low' };
      const fresh = {
        state: 'waiting',
        attempts: 0,
        progress: null,
        error: null,
        finishedAt: null,
      };
      expect(await first.get(id)).toMatchObject({ ...shown, ...fresh });
      await first.close({ drain: true });
      const second = open();
      const ran: unknown[] = [];
      second.work(noted, async (job) => void ran.push(job));
      expect(await untilState(second, id, 'completed')).toMatchObject({ ...shown, attempts: 1 });
      const job = { id, type: 'suite.noted', teamId: RED, payload: { n: 7 }, attempt: 1 };
      expect(ran).toEqual([job]);
      const ended = await second.get(id);
      for (const at of [ended?.createdAt, ended?.startedAt, ended?.finishedAt]) {
        expect(at).toMatch(/^\d{4}-.*Z$/);
      }
    });

    it('rejects an invalid payload, delay, team or type name', async () => {
      const queue = open();
      const wrong = { teamId: RED, payload: { n: 'seven' } } as never;
      await expect(queue.enqueue(noted, wrong)).rejects.toThrow(InvalidInputError);
      await expect(queue.enqueue(noted, wrong)).rejects.toThrow(/suite\.noted.*n/);
      const payload = { n: 1 };
      const delay = queue.enqueue(noted, { teamId: RED, payload, delayMs: -1 });
      await expect(delay).rejects.toThrow(InvalidInputError);
      await expect(queue.enqueue(noted, { teamId: '', payload })).rejects.toThrow(TypeError);
      expect(() => jobType('Not A Name', z.null())).toThrow(TypeError);
      expect(await queue.get('job_nope')).toBeNull();
      expect(await queue.counts()).toEqual([]);
    });

    it('passes the payload as parsed by the schema, parsed once', async () => {
      const queue = open();
      const schema = z.object({ list: z.string().transform((text) => text.split(',')) });
      const split = jobType('suite.split', schema, quick);
      const ran: unknown[] = [];
      queue.work(split, async (job) => void ran.push(job.payload.list));
      await queue.enqueue(split, { teamId: 'team:ü/~%', payload: { list: 'a,b' } });
      await until(() => expect(ran).toEqual([['a', 'b']]));
    });

    it('runs a delayed job only when it is due', async () => {
      const queue = open();
      const ran: number[] = [];
      queue.work(noted, async (job) => void ran.push(job.payload.n));
      const late = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 }, delayMs: 300 });
      const started = performance.now();
      expect(await queue.get(late)).toMatchObject({ state: 'delayed' });
      await queue.enqueue(noted, { teamId: RED, payload: { n: 2 } });
      await until(() => expect(ran).toEqual([2, 1]));
      expect(performance.now() - started).toBeGreaterThan(280);
    });

    it('has one live job per dedupe key, team and type', async () => {
      const queue = open();
      const other = jobType('suite.other', z.object({ n: z.number() }), quick);
      const request = { teamId: RED, payload: { n: 1 }, dedupeKey: 'target/1' };
      const ids = await Promise.all([1, 2, 3].map(() => queue.enqueue(noted, request)));
      const [id] = ids;
      expect(new Set(ids).size).toBe(1);
      expect(await queue.enqueue(noted, { ...request, teamId: BLUE })).not.toBe(id);
      expect(await queue.enqueue(other, request)).not.toBe(id);
      expect(await queue.enqueue(noted, { ...request, dedupeKey: 'target/2' })).not.toBe(id);
      queue.work(noted, async () => {});
      await untilState(queue, id as string, 'completed');
      const next = await queue.enqueue(noted, request);
      expect(next).not.toBe(id);
      await untilState(queue, next, 'completed');
    });

    it('enqueues many jobs at once', async () => {
      const queue = open();
      const requests = Array.from({ length: 250 }, (_, n) => ({
        teamId: n % 2 ? RED : BLUE,
        payload: { n },
        ...(n < 4 ? { dedupeKey: `k${n % 2}` } : {}),
      }));
      const ids = await queue.enqueueMany(noted, requests);
      expect(ids).toHaveLength(250);
      expect([ids[2], ids[3]]).toEqual([ids[0], ids[1]]);
      expect(new Set(ids).size).toBe(248);
      expect(await queue.get(ids[9] as string)).toMatchObject({ payload: { n: 9 }, teamId: RED });
      const ran = new Set<number>();
      queue.work({ ...noted, concurrency: 10 }, async (job) => void ran.add(job.payload.n));
      await until(() => expect(ran.size).toBe(248));
    });
  });

  describe('list, counts and retry', () => {
    it('list jobs by state, team and type, page by page', async () => {
      const queue = open();
      for (let n = 0; n < 5; n += 1) await queue.enqueue(noted, { teamId: RED, payload: { n } });
      await queue.enqueue(noted, { teamId: BLUE, payload: { n: 9 } });
      await queue.enqueue(noted, { teamId: BLUE, payload: { n: 8 }, delayMs: 60_000 });
      const seen: unknown[] = [];
      let cursor: string | null = null;
      do {
        const page = await queue.list({ state: 'waiting', teamId: RED, limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((job) => job.payload));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => ({ n })));
      expect((await queue.list({ state: 'waiting' })).items).toHaveLength(6);
      expect((await queue.list({ state: 'delayed' })).items).toMatchObject([{ teamId: BLUE }]);
      expect((await queue.list({ state: 'waiting', type: 'suite.other' })).items).toEqual([]);
      await expect(queue.list({ state: 'waiting', limit: 0 })).rejects.toThrow(InvalidInputError);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const [counts, ...rest] = await queue.counts();
      expect(rest).toEqual([]);
      const states = { waiting: 6, delayed: 1, active: 0, failed: 0 };
      expect(counts).toMatchObject({ queue: 'suite.noted', ...states });
      expect(counts?.oldestWaitingMs).toBeGreaterThan(50);
      expect(counts?.oldestWaitingMs).toBeLessThan(20_000);
    });

    it('list failed jobs and retry them', async () => {
      const queue = open();
      let broken = true;
      const attempts: number[] = [];
      queue.work(noted, async (job) => {
        attempts.push(job.attempt);
        if (broken) throw new Error('no route to postgres://me:hunter2@db');
      });
      const id = await queue.enqueue(noted, { teamId: RED, payload: { n: 1 } });
      await untilState(queue, id, 'failed');
      expect(attempts).toEqual([1, 2, 3]);
      const dead = await queue.list({ state: 'failed', teamId: RED });
      expect(dead.items).toMatchObject([{ id, attempts: 3, payload: { n: 1 } }]);
      expect(dead.items[0]?.error).toMatch(/^no route to postgres:\/\/••••@db$/);
      expect(await queue.counts()).toMatchObject([{ failed: 1, waiting: 0, oldestWaitingMs: 0 }]);
      broken = false;
      await queue.retry(id);
      const after = await untilState(queue, id, 'completed');
      expect(after).toMatchObject({ attempts: 1, error: null });
      expect(attempts).toEqual([1, 2, 3, 1]);
      expect((await queue.list({ state: 'failed' })).items).toEqual([]);
      await expect(queue.retry(id)).rejects.toThrow(ConflictError);
      await expect(queue.retry('job_nope')).rejects.toThrow(NotFoundError);
    });
  });
}
