import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { StoppableDatabases } from '../../../testing/stoppable-databases.js';
import {
  createTestCore,
  SCANS_ONLY,
  SCANS_TO_CONTROLS,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { resultsLease } from '../evidence.service.js';

/** Longer than a lease and the allowed difference of clocks. */
const STALL_DAYS = 60 / 86_400;

const CHECK = 'kms_cmk_are_used';
const ACCOUNT = { provider: 'aws', accountId: '111' };
const row = (resource: string, status: RowSpec['status'] = 'FAIL', check = CHECK): RowSpec => {
  return { check, resource, status };
};
/** What is stored before, the older report that is interrupted, and a newer one. */
const FIRST = [
  row('fixed'),
  row('back', 'PASS'),
  row('gone'),
  row('kept'),
  row('a', 'PASS', 'ec2_x'),
];
const OLDER = [
  row('fixed', 'PASS'),
  row('back'),
  row('kept'),
  row('short'),
  row('a', 'FAIL', 'ec2_x'),
];
const NEWER = [
  row('fixed'),
  row('back'),
  row('kept', 'PASS'),
  row('late'),
  row('a', 'PASS', 'ec2_x'),
];
const [first, older, newer] = [FIRST, OLDER, NEWER].map((rows, at) => ocsfReport(rows, { at })) as [
  string,
  string,
  string,
];

/** The suite of both backends. `open` returns empty databases, which `close` deletes. */
export function stoppedHolderContract(
  name: string,
  open: () => CSPMDatabaseManager,
  close: (databases: CSPMDatabaseManager) => Promise<void>,
): void {
  describe(`on ${name}, a process that stops right before any of its writes`, () => {
    let folder: string;
    let databases: CSPMDatabaseManager;
    let stoppable: StoppableDatabases;
    let one: TestCore;
    let other: TestCore;
    let withoutEngine: TestCore;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cspm-stopped-'));
      databases = open();
      stoppable = new StoppableDatabases();
      const env = { ...SCANS_TO_CONTROLS.env, DATA_DIR: folder };
      // Processes look for what others left only when the test says so.
      vi.useFakeTimers({ toFake: ['setInterval'] });
      one = await createTestCore({ databases: stoppable.manager(databases), env });
      other = await createTestCore({ databases, env });
      withoutEngine = await createTestCore({ databases, env: { ...env, ...SCANS_ONLY.env } });
      vi.useRealTimers();
    });
    afterAll(async () => {
      stoppable.go();
      await one.close();
      await withoutEngine.close();
      await other.close();
      await close(databases);
      await rm(folder, { recursive: true, force: true });
    });

    /** The team as each of the two processes has it. */
    const aTeam = async () => {
      const here = new TestTeam(one);
      const there = new TestTeam(other, here.actor.teamId);
      const before = await there.importText(first);
      expect(before).toMatchObject({ status: 'completed', problem: null });
      /** The import of the other process, once it has begun. */
      const interrupted = async () => {
        const { items } = await other.scans.imports.list(there.actor, 9);
        return items.find(({ id }) => id !== before.id) ?? null;
      };
      return { here, there, interrupted };
    };
    const stall = () => {
      other.clock.moveDays(STALL_DAYS);
    };
    const wake = () => {
      one.clock.moveDays(STALL_DAYS);
      stoppable.go();
    };
    /** Stops at each write in turn, or at some of them, until the work ends before. */
    const atEachWrite = async (
      mode: 'kill' | 'stall',
      test: (at: number) => Promise<boolean>,
      { few = 4, from = 1 } = {},
    ) => {
      const step = propertyRuns(1, few);
      const offset = Math.floor(Math.random() * step);
      let tested = 0;
      for (let at = from + offset; ; at += step) {
        const hasStopped = await test(at).catch((error: unknown) => {
          throw new Error(`${mode} before write ${at}: ${String(error)}`, { cause: error });
        });
        if (!hasStopped) break;
        tested += 1;
      }
      expect(tested).toBeGreaterThan(propertyRuns(2, 0));
    };
    const stateOf = async (team: TestTeam) => {
      const findings = await team.findings();
      const results = (await resultsOf(team)).sort();
      return {
        findings: findings
          .map(({ resourceUid, checkId, status }) => `${checkId} ${resourceUid} ${status}`)
          .sort(),
        results,
        controls: (await team.controls()).map(({ id, status }) => `${id} ${status}`),
        scores: await team.scores(),
      };
    };
    const resultsOf = async ({ core, actor }: TestTeam) => {
      const all: string[] = [];
      for await (const page of core.scans.evidence.results(actor)) {
        for (const { checkId, resourceUid, verdict, standing, exempt } of page) {
          all.push([checkId, resourceUid, verdict, standing, exempt].join(' '));
        }
      }
      return all;
    };
    const recomputed = async (team: TestTeam) => {
      await other.compliance.engine.sync(team.actor);
      return stateOf(team);
    };
    const undisturbed = async (...reports: string[]) => {
      const team = new TestTeam(other);
      for (const text of reports) await team.importText(text);
      return stateOf(team);
    };

    it('and stalls in an import, changes nothing after a newer report was imported', async () => {
      const inOrder = await undisturbed(first, older, newer);
      const late = await undisturbed(first, newer, older);
      expect(late).toMatchObject({ controls: inOrder.controls, scores: inOrder.scores });
      await atEachWrite(
        'stall',
        async (at) => {
          const { here, there } = await aTeam();
          const stopped = stoppable.stopBefore(at, 'stall');
          const importing = here.importText(older);
          const hasStopped = await Promise.race([
            stopped.then(() => true),
            importing.then(() => false),
          ]);
          stall();
          await there.importText(newer);
          wake();
          const item = await importing;
          expect(item.status).toBe('completed');
          // Once all of it is stored, the older report is the earlier one.
          expect([late, inOrder]).toContainEqual(await stateOf(there));
          return hasStopped;
        },
        { few: 15 },
      );
    }, 600_000);

    it('and dies in an import of a local file, leaves all of it or nothing', async () => {
      const [nothing, all] = [await undisturbed(first), await undisturbed(first, older)];
      const newerThen = {
        nothing: await undisturbed(first, newer),
        all: await undisturbed(first, older, newer),
      };
      const ends = new Set<string>();
      await atEachWrite(
        'kill',
        async (at) => {
          const { here, there, interrupted } = await aTeam();
          const stopped = stoppable.stopBefore(at, 'kill');
          const importing = here.importText(older).then(() => false);
          const hasStopped = await Promise.race([stopped.then(() => true), importing]);
          await importing.catch(() => {});
          stall();
          await other.scans.pendingImports.resume();
          await other.scans.pendingImports.drain();
          wake();
          const end = (await interrupted())?.status ?? 'not begun';
          ends.add(end);
          const isAll = end === 'completed';
          expect(await stateOf(there)).toEqual(isAll ? all : nothing);
          await there.importText(newer);
          expect(await stateOf(there)).toEqual(isAll ? newerThen.all : newerThen.nothing);
          return hasStopped;
        },
        { few: 15 },
      );
      // Of a few stops, all may lie before its first write, or after its last one.
      for (const end of propertyRuns(1, 0) ? ['failed', 'completed'] : []) {
        expect(ends).toContain(end);
      }
    }, 600_000);

    it('and dies in an import of an upload, has it finished by another process', async () => {
      const expected = await undisturbed(first, older);
      await atEachWrite(
        'kill',
        async (at) => {
          const { here, there } = await aTeam();
          const stopped = stoppable.stopBefore(at, 'kill');
          const file = { fileName: 'upload.json', isTruncated: () => false };
          const stream = Readable.from([Buffer.from(older)]);
          const received = await one.scans.imports
            .receive(here.actor, { ...file, stream })
            .catch(() => null);
          // No process runs jobs here, so the one that received it imports it too.
          const { pendingImports } = one.scans;
          const ended = received
            ? pendingImports
                .resume()
                .then(() => pendingImports.drain())
                .then(
                  () => false,
                  () => false,
                )
            : Promise.resolve(true);
          const hasStopped = await Promise.race([stopped.then(() => true), ended]);
          await ended;
          stall();
          await other.scans.pendingImports.resume();
          await other.scans.pendingImports.drain();
          wake();
          if (!received) return hasStopped;
          const item = await other.scans.imports.get(there.actor, received.id);
          expect(item).toMatchObject({
            status: 'completed',
            findings: { opened: 3, reopened: 0, resolved: 2, unchanged: 1, stale: 0 },
          });
          expect(await stateOf(there)).toEqual(expected);
          return hasStopped;
        },
        { few: 15 },
      );
    }, 600_000);

    it('and dies while it undoes an import, has that finished by another process', async () => {
      const [undone, done] = [await undisturbed(first), await undisturbed(first, older)];
      await atEachWrite(
        'kill',
        async (at) => {
          const { here, there } = await aTeam();
          const { id } = await there.importText(older);
          const stopped = stoppable.stopBefore(at, 'kill');
          const undoing = one.scans.undo.undo(here.actor, id).then(() => false);
          const hasStopped = await Promise.race([stopped.then(() => true), undoing]);
          await undoing.catch(() => {});
          stall();
          await other.scans.recovery.resume();
          wake();
          const { status } = await other.scans.imports.get(there.actor, id);
          expect(['undone', 'completed']).toContain(status);
          expect(await stateOf(there)).toEqual(status === 'undone' ? undone : done);
          return hasStopped;
        },
        { few: 5 },
      );
    }, 600_000);

    it.each(['kill', 'stall'] as const)(
      'and ends so (%s) while exceptions expire, leaves no control green',
      async (mode) => {
        const triaged = async (team: TestTeam) => {
          for (const resource of ['fixed', 'gone']) {
            const { id } = await team.finding(resource);
            await team.triage(id, resource === 'gone' ? 'false_positive' : 'accepted');
          }
        };
        const expected = await undisturbed(first);
        await atEachWrite(mode, async (at) => {
          const { here, there } = await aTeam();
          await triaged(there);
          for (const core of [one, other]) core.clock.moveDays(31);
          const stopped = stoppable.stopBefore(at, mode);
          const expiring = one.platform.leases
            .hold(resultsLease(here.actor), (lease) =>
              one.scans.findings.expireTriage(here.actor, lease),
            )
            .then(() => false);
          const hasStopped = await Promise.race([stopped.then(() => true), expiring]);
          stall();
          await other.platform.leases.hold(resultsLease(there.actor), (lease) =>
            other.scans.findings.expireTriage(there.actor, lease),
          );
          await other.scans.recovery.resume();
          wake();
          await expiring.catch(() => {});
          expect(await stateOf(there)).toEqual(expected);
          return hasStopped;
        });
      },
      600_000,
    );

    it('and dies while a finding is triaged, leaves its control as the finding is', async () => {
      const open = await undisturbed(first);
      await atEachWrite('kill', async (at) => {
        const { here, there } = await aTeam();
        const { id } = await there.finding('gone');
        const stopped = stoppable.stopBefore(at, 'kill');
        const triaging = here.triage(id, 'false_positive').then(() => false);
        const hasStopped = await Promise.race([stopped.then(() => true), triaging]);
        await triaging.catch(() => {});
        stall();
        await other.scans.recovery.resume();
        wake();
        const { status } = await there.finding('gone');
        const state = await stateOf(there);
        if (status === 'open') expect(state).toEqual(open);
        else {
          expect(state.results).toContain(`${CHECK} gone fail excluded false`);
          expect(state.controls).toEqual((await recomputed(there)).controls);
        }
        return hasStopped;
      });
    }, 600_000);

    it.each(['kill', 'stall'] as const)(
      'and ends so (%s) while the engine runs, has its run repeated',
      async (mode) => {
        const expected = await undisturbed(first, newer);
        await atEachWrite(
          mode,
          async (at) => {
            const { here, there } = await aTeam();
            // An import whose changes no engine has followed yet.
            await new TestTeam(withoutEngine, here.actor.teamId).importText(newer);
            const stopped = stoppable.stopBefore(at, mode);
            const running = one.compliance.engine
              .update(here.actor, { checkIds: [CHECK, 'ec2_x'], accounts: [ACCOUNT] })
              .then(() => false);
            const hasStopped = await Promise.race([stopped.then(() => true), running]);
            stall();
            await other.compliance.engine.catchUp(there.actor);
            wake();
            await running.catch(() => {});
            expect(await stateOf(there)).toEqual(expected);
            return hasStopped;
            // Before the first write the run has not begun: who asked for it asks again.
          },
          { few: 2, from: 2 },
        );
      },
      600_000,
    );
  });
}
