import { afterEach, beforeEach, describe } from 'vitest';
import { cancellingContract } from './cancelling.contract.js';
import { enqueuingContract } from './enqueuing.contract.js';
import { fairnessContract } from './fairness.contract.js';
import type { JobQueue } from './job-queue.js';
import { lostWorkersContract } from './lost-workers.contract.js';
import { outagesContract } from './outages.contract.js';
import { runningContract } from './running.contract.js';
import type { SuiteParts } from './suite-jobs.contract.js';
import type { StuckWorkerPlace } from './testing/stuck-worker.js';

/** One store of jobs; each queue opened on it acts as a separate process. */
export interface QueueSuite {
  open(parts?: SuiteParts): JobQueue;
  /** How a worker in another process connects; null: only this process can. */
  place: StuckWorkerPlace | null;
  dispose(): Promise<void>;
}

/** The suite that each queue backend must pass. `inMemory`: other processes cannot connect. */
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
    outagesContract(open);
    if (!inMemory) lostWorkersContract(open, () => suite.place);
  });
}
