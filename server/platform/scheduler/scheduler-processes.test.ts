import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { built } from '../../package-root.js';
import type { Database } from '../database/collection.js';
import { JobsRepository } from '../queue/jobs.repository.js';
import {
  BEAT_MS,
  beat,
  databaseAt,
  type SchedulerPlace,
  schedulingOn,
} from './testing/ticking-scheduler.js';

const script = built('tools', 'ticking-scheduler.js');

interface Suite {
  place: SchedulerPlace;
  clean(): Promise<void>;
}

function schedulersIn(name: string, make: () => Promise<Suite>): void {
  describe.skipIf(!existsSync(script))(`schedulers in processes (of dist) on ${name}`, () => {
    let suite: Suite;
    let database: Database;
    let children: ChildProcess[];
    beforeEach(async () => {
      children = [];
      suite = await make();
      database = databaseAt(suite.place);
    });
    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL');
      await database.close();
      await suite.clean();
    });

    it('run each tick exactly once, even while they are killed one after the other', async () => {
      const { repositories, queue, scheduler } = schedulingOn(database);
      await repositories.prepareAll();
      const jobs = repositories.create(JobsRepository);
      const ticks: (string | null)[] = [];
      queue.work(beat, async ({ id }) => {
        // A running job has its dedupe key, which names the tick.
        ticks.push((await jobs.get(id))?.dedupe ?? null);
      });
      await scheduler.define({
        id: 'suite.beat',
        title: 'Beat',
        owner: 'suite',
        job: beat,
        payload: {},
        everyMs: BEAT_MS,
        overlap: 'queue',
      });
      for (let n = 0; n < 3; n += 1) {
        const child = spawn(process.execPath, [script, JSON.stringify(suite.place)]);
        children.push(child);
        await new Promise((resolve) => child.stdout.once('data', resolve));
      }
      // Whichever process leads, the last one left continues.
      for (const child of [...children.slice(1), null]) {
        const before = ticks.length;
        await expect
          .poll(() => ticks.length, { timeout: 30_000 })
          .toBeGreaterThanOrEqual(before + 3);
        child?.kill('SIGKILL');
      }
      expect(ticks).not.toContain(null);
      expect(new Set(ticks).size).toBe(ticks.length);
      await queue.close({ drain: true });
    }, 120_000);
  });
}

schedulersIn('a SQLite file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cspm-schedulers-'));
  const clean = () => rm(folder, { recursive: true, force: true });
  return { place: { file: join(folder, 'orchestration.sqlite') }, clean };
});

const mongoUri = process.env.TEST_MONGODB_URI;
if (mongoUri) {
  schedulersIn('MongoDB', async () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    const clean = async () => {
      const client = new MongoClient(mongoUri);
      await client.db(name).dropDatabase();
      await client.close();
    };
    return { place: { mongoUri, name }, clean };
  });
} else {
  it.skip('schedulers in processes on MongoDB are NOT TESTED: TEST_MONGODB_URI is not set (.ci/mongodb/start.sh prints one)', () => {});
}
