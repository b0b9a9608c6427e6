import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../platform/clock.js';
import { freshOnServers } from '../../testing/fresh-on-servers.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import type { Drift } from './index.js';

// What drift stores and retries, on each pair of database and queue that the product runs on.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const SOON = { timeout: 30_000, interval: 100 };
const DAY_MS = 86_400_000;

/** Runs in real time, as a queue on another server uses its own clock, and can be moved forward. */
class MovedClock implements Clock {
  #movedMs = 0;
  now(): Date {
    return new Date(Date.now() + this.#movedMs);
  }
  moveDays(days: number): void {
    this.#movedMs += days * DAY_MS;
  }
}

interface Store {
  env: Record<string, string>;
  clean(): Promise<void>;
}

const PASS = { check: 'iam_root_mfa_enabled', resource: 'root', status: 'PASS' as const };
const FAIL = { ...PASS, status: 'FAIL' as const };

function driftOn(name: string, make: () => Promise<Store>): void {
  describe(`drift on ${name}`, () => {
    const received: string[] = [];
    let answers: number[] = [];
    const clock = new MovedClock();
    let receiver: Server;
    let store: Store;
    let core: TestCore;
    let drift: Drift;
    let team: TestTeam;

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        received.push(String(request.headers['webhook-id']));
        request.resume().on('end', () => response.writeHead(answers.shift() ?? 200).end('noted'));
      });
      await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
      store = await make();
      const env = {
        ...scansToControlsAnd('drift').env,
        ...store.env,
        OUTBOUND_ALLOW: '127.0.0.1',
      };
      const ownDatabases = store.env.MONGODB_URI ? { databases: undefined } : {};
      core = await createTestCore({ role: 'worker', clock, env, ...ownDatabases });
      drift = core.container.get('drift');
      team = new TestTeam(core);
    });
    afterAll(async () => {
      await core?.close();
      await store?.clean();
      await new Promise((done) => receiver.close(done));
    });

    const at = (daysAgo: number) =>
      new Date(clock.now().getTime() - daysAgo * DAY_MS).toISOString();
    const regressions = async () => {
      const filter = { type: ['control_regression' as const] };
      return (await drift.episodes.list(team.actor, filter, { limit: 50 })).items;
    };

    it('the queue retries a failed delivery with the same id until it is accepted', async () => {
      const { port } = receiver.address() as AddressInfo;
      const target = { kind: 'webhook' as const, url: `http://127.0.0.1:${port}/` };
      const { id } = await drift.channels.create(team.actor, {
        ...{ name: 'tickets', target, maxPerHour: 20 },
      });
      await drift.policies.create(team.actor, {
        ...{ name: 'all', enabled: true, types: [], minSeverity: 'informational' },
        ...{ frameworks: [], domains: [], channels: [id] },
      });
      await drift.episodes.changeSettings(team.actor, { digestAbove: 1 });
      await team.import([PASS], { at: at(3) });
      answers = [500];
      await team.import([FAIL], { at: at(2) });
      const all = async () =>
        (await drift.channels.deliveries(team.actor, id, { limit: 50 })).items;
      await expect.poll(all, SOON).toMatchObject([{ status: 'sent', attempts: 2 }]);
      expect(received).toHaveLength(2);
      expect(new Set(received).size).toBe(1);
    });

    it('repeated and concurrent detection opens one episode, which evidence resolves', async () => {
      const open = await regressions();
      expect(open.length).toBeGreaterThan(0);
      await Promise.all([1, 2].map(() => drift.detection.detect(team.actor)));
      expect(await regressions()).toEqual(open);
      await team.import([PASS], { at: at(1) });
      expect((await regressions()).map(({ id, status }) => [id, status]).sort()).toEqual(
        open.map(({ id }) => [id, 'resolved']).sort(),
      );
    });

    it('old unnamed snapshots are deleted, named ones stay complete', async () => {
      const audit = await drift.snapshots.create(team.actor, { name: 'audit' });
      clock.moveDays(500);
      await drift.snapshots.thin(team.actor);
      const { items } = await drift.snapshots.list(team.actor, { limit: 50 });
      expect(items.map(({ name }) => name)).toEqual(['audit']);
      const diff = await drift.snapshots.diff(team.actor, { from: audit.id, to: audit.id });
      expect(diff.controls).toEqual([]);
    });
  });
}

driftOn('embedded databases', async () => ({ env: {}, clean: async () => {} }));

const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
if (mongoUri && redisUrl) {
  driftOn('MongoDB and Redis', () => freshOnServers({ mongoUri, redisUrl }, 10));
} else {
  it.skip('drift on MongoDB and Redis is NOT TESTED: TEST_MONGODB_URI or TEST_REDIS_URL is not set (.ci/mongodb/start.sh and .ci/redis/start.sh give them)', () => {});
}
