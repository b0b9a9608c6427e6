import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { built } from '../../package-root.js';
import { type OpenQueue, RED, until, untilState } from './suite-jobs.contract.js';
import { type StuckWorkerPlace, stuckJob } from './testing/stuck-worker.js';

const script = built('tools', 'stuck-worker.js');

interface Child {
  process: ChildProcess;
  output: () => string;
  kill: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
}

function start(place: StuckWorkerPlace): Child {
  const child = spawn(process.execPath, [script, JSON.stringify(place)]);
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  return { process: child, output: () => output, kill: (signal) => child.kill(signal) };
}

export function lostWorkersContract(open: OpenQueue, place: () => StuckWorkerPlace | null): void {
  describe.skipIf(!existsSync(script))('a worker in another process (of dist)', () => {
    const inChild = (name: string, run: (child: Child) => Promise<void>) =>
      it(name, async () => {
        const where = place();
        if (!where) throw new Error('the suite has no place for other processes');
        const child = start(where);
        try {
          await run(child);
        } finally {
          child.kill('SIGKILL');
        }
      }, 30_000);

    inChild('is killed: the job runs again elsewhere, as its next attempt', async (child) => {
      const queue = open();
      const id = await queue.enqueue(stuckJob, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(child.output()).toBe(`started ${id} 1\n`), 20_000);
      child.kill('SIGKILL');
      const attempts: number[] = [];
      queue.work(stuckJob, async (job) => void attempts.push(job.attempt));
      await untilState(queue, id, 'completed');
      expect(attempts).toEqual([2]);
    });

    inChild('is killed at the last attempt: the job fails with the reason', async (child) => {
      const queue = open();
      const id = await queue.enqueue(stuckJob, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(child.output()).toBe(`started ${id} 1\n`), 20_000);
      child.kill('SIGKILL');
      let calls = 0;
      queue.work({ ...stuckJob, attempts: 1 }, async () => {
        calls += 1;
      });
      const dead = await untilState(queue, id, 'failed');
      expect(dead?.error).toBe('its worker was lost at attempt 1 of 1');
      expect(calls).toBe(0);
    });

    inChild('is killed after its job was cancelled: the job ends as cancelled', async (child) => {
      const queue = open();
      const id = await queue.enqueue(stuckJob, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(child.output()).toBe(`started ${id} 1\n`), 20_000);
      child.kill('SIGSTOP');
      expect(await queue.cancel(id)).toBe('cancelling');
      child.kill('SIGKILL');
      let calls = 0;
      queue.work(stuckJob, async () => {
        calls += 1;
      });
      await untilState(queue, id, 'cancelled');
      expect(calls).toBe(0);
    });

    inChild('is notified of a cancellation', async (child) => {
      const queue = open();
      const id = await queue.enqueue(stuckJob, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(child.output()).toBe(`started ${id} 1\n`), 20_000);
      expect(await queue.cancel(id)).toBe('cancelling');
      await untilState(queue, id, 'cancelled');
      await until(() => expect(child.output()).toContain('aborted cancelled\n'));
    });

    inChild('stops and changes nothing when it wakes after its lease expired', async (child) => {
      const queue = open();
      const id = await queue.enqueue(stuckJob, { teamId: RED, payload: { n: 1 } });
      await until(() => expect(child.output()).toBe(`started ${id} 1\n`), 20_000);
      child.kill('SIGSTOP');
      let calls = 0;
      queue.work(stuckJob, async () => {
        calls += 1;
        child.kill('SIGCONT');
        await until(() => expect(child.output()).toContain('aborted lost\n'));
      });
      const done = await untilState(queue, id, 'completed');
      expect(done).toMatchObject({ attempts: 2 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await queue.get(id)).toMatchObject({ state: 'completed', attempts: 2 });
      expect(calls).toBe(1);
    });
  });
}
