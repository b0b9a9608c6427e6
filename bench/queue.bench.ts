import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { packageRoot } from '../server/package-root.js';
import { createNewId, systemClock } from '../server/platform/clock.js';
import { RepositoryFactory } from '../server/platform/database/repository-factory.js';
import { SqliteDatabase } from '../server/platform/database/sqlite-database.js';
import { createBullQueue } from '../server/platform/queue/bull-queue.js';
import { createDatabaseQueue } from '../server/platform/queue/database-queue.js';
import { type JobQueue, jobType } from '../server/platform/queue/job-queue.js';
import { JobsRepository } from '../server/platform/queue/jobs.repository.js';
import type { Bench, BenchContext } from './bench-context.js';
import type { Figure, Section } from './figures.js';
import { repeat, Samples, timed } from './measure.js';

const nothing = jobType('bench.nothing', z.object({ n: z.number() }), { concurrency: 10 });
const TEAMS = 5;
const PICKS = 20;

/** The overhead of both backends of the job queue, with jobs that do nothing. */
export const queue: Bench = {
  name: 'queue',
  async run(context): Promise<Section[]> {
    const parts = { newId: createNewId(systemClock), log: pino({ level: 'silent' }) };
    const database = new SqliteDatabase(context.path('queue.sqlite'), { durability: 'full' });
    const repositories = new RepositoryFactory({ get: () => database });
    const jobs = repositories.create(JobsRepository);
    await repositories.prepareAll();
    const embedded = createDatabaseQueue({ ...parts, jobs, clock: systemClock });
    const sections = [await measured(context, 'Job queue, embedded (SQLite, synced)', embedded)];
    await database.close();
    const redis = redisUrl(context);
    if (!redis) {
      context.say('Redis is NOT MEASURED: REDIS_URL is not set and no Redis could be started');
      return sections;
    }
    try {
      const bull = createBullQueue({ ...parts, url: redis.url, prefix: `bench-${randomUUID()}` });
      sections.push(await measured(context, 'Job queue, BullMQ on Redis', bull));
    } finally {
      redis.stop();
    }
    return sections;
  },
};

async function measured(context: BenchContext, title: string, its: JobQueue): Promise<Section> {
  const count = context.quick ? 200 : 4_000;
  context.say(`${title}: ${count} jobs`);
  const request = (n: number) => ({ teamId: `team-${n % TEAMS}`, payload: { n } });
  const single = await timed(() =>
    repeat(Math.min(count, 500), (n) => its.enqueue(nothing, request(n))),
  );
  const rest = count - Math.min(count, 500);
  const many = await timed(async () => {
    for (let at = 0; at < rest; at += 500) {
      const size = Math.min(500, rest - at);
      await its.enqueueMany(
        nothing,
        Array.from({ length: size }, (_, n) => request(at + n)),
      );
    }
  });
  let ran = 0;
  let finish: () => void = () => {};
  const drained = await timed(async () => {
    const all = new Promise<void>((resolve) => {
      finish = resolve;
    });
    its.work(nothing, async () => {
      ran += 1;
      if (ran >= count) finish();
    });
    await all;
  });
  if (ran !== count) throw new Error(`${ran} of ${count} jobs ran`);
  const picks = await repeat(PICKS, async (n) => {
    const picked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    return (
      await timed(async () => {
        await its.enqueue(nothing, request(n));
        await picked;
      })
    ).ms;
  });
  await its.close({ drain: true });
  const pick = new Samples(picks);
  const figures: Figure[] = [
    { name: 'enqueue, one by one', value: Math.min(count, 500) / (single.ms / 1000), unit: '/s' },
    ...(rest > 0
      ? [{ name: 'enqueue, 500 at a time', value: rest / (many.ms / 1000), unit: '/s' as const }]
      : []),
    {
      name: `run, ${nothing.concurrency} at a time, ${TEAMS} teams`,
      value: count / (drained.ms / 1000),
      unit: '/s',
    },
    {
      name: 'from enqueued to running, p50',
      value: pick.p50,
      unit: 'ms',
      note: `p95 ${pick.p95.toFixed(1)} ms, in one process`,
    },
  ];
  return { title, figures };
}

/** The Redis of REDIS_URL, else Debian's, started for this bench; null when there is neither. */
function redisUrl(context: BenchContext): { url: string; stop(): void } | null {
  const given = process.env.REDIS_URL ?? process.env.TEST_REDIS_URL;
  if (given) return { url: given, stop: () => {} };
  const folder = context.path('redis');
  const script = (name: string) => join(packageRoot, '.ci/redis', name);
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const url = execFileSync(script('start.sh'), [folder], { stdio: [...stdio] })
      .toString()
      .trim();
    return { url, stop: () => void execFileSync(script('stop.sh'), [folder]) };
  } catch {
    return null;
  }
}
