import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { built } from '../../package-root.js';
import { type Clock, systemClock } from '../clock.js';
import type { Database } from '../database/collection.js';
import { outsideLeases } from './lease-scope.js';
import { type LeasePace, Leases } from './leases.js';
import { LeasesRepository } from './leases.repository.js';
import { type LeasePlace, SHARED, SUITE_PACE } from './testing/lease-holder.js';

/** One store; each `Leases` opened on it acts as a separate process. */
export interface LeaseSuite {
  database: Database;
  /** How a separate process connects to it. */
  place?: LeasePlace;
  dispose(): Promise<void>;
}

const script = built('tools', 'lease-holder.js');
const log = pino({ level: 'silent' });

/** The lease suite that each database backend must pass. `inMemory`: other processes cannot connect. */
export function leasesContract(
  name: string,
  make: () => Promise<LeaseSuite>,
  { inMemory = false } = {},
): void {
  describe(`leases on ${name}`, () => {
    let suite: LeaseSuite;
    const children: ChildProcess[] = [];
    beforeEach(async () => {
      suite = await make();
      await suite.database.prepare(LeasesRepository.specs);
    });
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      await suite.dispose();
    });

    const open = (pace: Partial<LeasePace> = {}, clock: Clock = systemClock) => {
      const leases = new LeasesRepository(suite.database);
      return new Leases({ leases, clock, log, pace: { ...SUITE_PACE, ...pace } });
    };

    it('admit one caller at a time, in order within a process, and eventually all', async () => {
      const processes = [open(), open(), open()];
      const order: string[] = [];
      let inside = 0;
      const visit = (who: string) => async () => {
        inside += 1;
        expect(inside).toBe(1);
        await pause(5);
        inside -= 1;
        order.push(who);
        return who;
      };
      const visits = [1, 2, 3, 4].flatMap((n) =>
        processes.map((each, at) => each.hold(SHARED, visit(`${at}:${n}`))),
      );
      expect(new Set(await Promise.all(visits)).size).toBe(12);
      for (const at of [0, 1, 2]) {
        const own = order.filter((who) => who.startsWith(`${at}:`));
        expect(own).toEqual([1, 2, 3, 4].map((n) => `${at}:${n}`));
      }
    });

    it('with different names do not block each other', async () => {
      const one = open();
      await one.hold('suite/a', () => one.hold('suite/b', async () => {}));
    });

    it('are released when the work throws, and rethrow its error', async () => {
      const [one, two] = [open(), open()];
      const failing = one.hold(SHARED, () => Promise.reject(new Error('broken')));
      await expect(failing).rejects.toThrow('broken');
      await two.hold(SHARED, async () => {});
      expect(await one.hold(SHARED, async () => 'again')).toBe('again');
    });

    it('run follow-up work once the caller’s outermost lease is free, before its hold returns', async () => {
      const [one, two] = [open(), open()];
      const order: string[] = [];
      const follow = (what: string) => async () => {
        expect(await two.isHeld('suite/outer')).toBe(false);
        expect(await two.isHeld('suite/inner')).toBe(false);
        order.push(what);
      };
      await one.hold('suite/outer', async () => {
        await one.hold('suite/inner', async () => {
          await one.afterwards(follow('first'));
        });
        await one.afterwards(follow('second'));
        order.push('work');
      });
      expect(order).toEqual(['work', 'first', 'second']);
      await one.afterwards(follow('at once'));
      expect(order.at(-1)).toBe('at once');
    });

    it('run follow-up work even when the work fails, and then rethrow its error', async () => {
      const one = open();
      let ran = 0;
      const failing = one.hold(SHARED, async () => {
        await one.afterwards(async () => void ran++);
        throw new Error('broken');
      });
      await expect(failing).rejects.toThrow('broken');
      expect(ran).toBe(1);
    });

    it('admit the next caller before follow-up work has ended', async () => {
      const one = open();
      const order: string[] = [];
      let next: Promise<unknown> | undefined;
      await one.hold(SHARED, async () => {
        next = outsideLeases(() => one.hold(SHARED, async () => void order.push('next')));
        await one.afterwards(async () => {
          await next;
          order.push('afterwards');
        });
      });
      expect(order).toEqual(['next', 'afterwards']);
    });

    it('report whether they are held', async () => {
      const [one, two] = [open(), open()];
      expect(await two.isHeld(SHARED)).toBe(false);
      await one.hold(SHARED, async () => expect(await two.isHeld(SHARED)).toBe(true));
      await expect.poll(() => two.isHeld(SHARED)).toBe(false);
    });

    it('are renewed while the work takes longer than a lease', async () => {
      const [one, two] = [open({ leaseMs: 600 }), open({ leaseMs: 600 })];
      let over = false;
      const long = one.hold(SHARED, async (lease) => {
        await pause(2_000);
        lease.check();
        over = true;
      });
      await pause(20);
      await two.hold(SHARED, async () => expect(over).toBe(true));
      await long;
    });

    it('stop waiting when the signal aborts', async () => {
      const [one, two] = [open(), open()];
      const enough = new AbortController();
      let finish = () => {};
      const until = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const holding = one.hold(SHARED, () => until);
      await expect.poll(() => two.isHeld(SHARED)).toBe(true);
      const waiting = two.hold(SHARED, async () => {}, { signal: enough.signal });
      enough.abort(new Error('the process is closing'));
      await expect(waiting).rejects.toThrow('the process is closing');
      finish();
      await holding;
      // A free lease is still taken.
      await expect.poll(() => one.isHeld(SHARED)).toBe(false);
      expect(await two.hold(SHARED, async () => 7, { signal: enough.signal })).toBe(7);
    });

    it('yield to another process even when this one has many callers waiting', async () => {
      const [one, two] = [open(), open()];
      const callers = Array.from({ length: 30 }, () => one.hold(SHARED, () => pause(10)));
      await pause(5);
      let left = callers.length;
      for (const each of callers) each.then(() => (left -= 1));
      await two.hold(SHARED, async () => {});
      expect(left).toBeGreaterThan(0);
      await Promise.all(callers);
    });

    it('are taken over once expired by more than the clock difference, and abort the holder', async () => {
      let aheadMs = SUITE_PACE.leaseMs;
      const holder = open();
      const other = open({}, { now: () => new Date(Date.now() + aheadMs) });
      let isHeld = false;
      const stuck = holder.hold(SHARED, async (lease) => {
        isHeld = true;
        await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
        lease.check();
      });
      await expect.poll(() => isHeld).toBe(true);
      expect(await other.isHeld(SHARED)).toBe(true);
      aheadMs += SUITE_PACE.maxSkewMs + 50;
      expect(await other.isHeld(SHARED)).toBe(false);
      await other.hold(SHARED, async (lease) => {
        await expect(stuck).rejects.toMatchObject({ name: 'LeaseLostError', status: 503 });
        lease.check();
      });
    });

    it('are lost after the machine slept, which only one of two clocks notices', async () => {
      let aheadMs = 0;
      const one = open({ leaseMs: 60_000 }, { now: () => new Date(Date.now() + aheadMs) });
      const work = one.hold(SHARED, async (lease) => {
        lease.check();
        aheadMs = 60_000;
        lease.check();
      });
      await expect(work).rejects.toMatchObject({ name: 'LeaseLostError' });
    });

    if (inMemory) return;
    describe.skipIf(!existsSync(script))('with a holder in another process (of dist)', () => {
      const start = async () => {
        const child = spawn(process.execPath, [script, JSON.stringify(suite.place)]);
        children.push(child);
        let output = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (data) => {
            output += data;
          });
        }
        await expect.poll(() => output, { timeout: 20_000 }).toBe('held\n');
        return { child, output: () => output };
      };
      it('blocks this process, and its lease expires when it is killed', async () => {
        const { child } = await start();
        const one = open();
        await pause(SUITE_PACE.leaseMs * 1.5);
        expect(await one.isHeld(SHARED)).toBe(true);
        child.kill('SIGKILL');
        const killed = performance.now();
        await one.hold(SHARED, async () => {});
        expect(performance.now() - killed).toBeLessThan(10_000);
      });

      it('stops when it wakes after its lease expired', async () => {
        const { child, output } = await start();
        child.kill('SIGSTOP');
        await open().hold(SHARED, async (lease) => {
          child.kill('SIGCONT');
          await expect.poll(output, { timeout: 10_000 }).toBe('held\nLeaseLostError\n');
          lease.check();
        });
      });
    });
  });
}
