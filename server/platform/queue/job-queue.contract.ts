import { afterEach, beforeEach, describe } from 'vitest';
import type { Clock } from '../clock.js';
import { cancellingContract } from './cancelling.contract.js';
import { enqueuingContract } from './enqueuing.contract.js';
import { fairnessContract } from './fairness.contract.js';
import type { JobQueue } from './job-queue.js';
import { lostWorkersContract } from './lost-workers.contract.js';
import { runningContract } from './running.contract.js';
import type { StuckWorkerPlace } from './testing/stuck-worker.js';

/** One store of jobs; every queue that is opened on it is as good as another process. */
export interface QueueSuite {
  open(parts?: { clock?: Clock; graceMs?: number }): JobQueue;
  /** Where a worker in a process of its own finds it; null: only this process can. */
  place: StuckWorkerPlace | null;
  dispose(): Promise<void>;
}

/** What a backend of the queue must do; called by the test of each. `inMemory`: no other process can reach it. */
export function jobQueueContract(
  name: string,
  make: () => Promise<QueueSuite>,
  { inMemory = false } = {},
): void {
  describe(name, () => {
    let suite: QueueSuite;
    let opened: JobQueue[];

    beforeEach(async () => {
      opened = [];
      suite = await make();
    });
    afterEach(async () => {
      await Promise.all(opened.map((queue) => queue.close({ drain: false })));
      await suite.dispose();
    });

    const open = (parts?: Parameters<QueueSuite['open']>[0]) => {
      const queue = suite.open(parts);
      opened.push(queue);
      return queue;
    };
    enqueuingContract(open);
    runningContract(open);
    fairnessContract(open);
    cancellingContract(open);
    if (!inMemory) lostWorkersContract(open, () => suite.place);
  });
}
