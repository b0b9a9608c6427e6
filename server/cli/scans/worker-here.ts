import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanCore } from '../with-core.js';

const POLL_MS = 2_000;

/** Runs queued scans in this process; unfinished ones return to the queue when the command ends. */
export function workHere({ orchestration, cloud, container }: ScanCore): void {
  orchestration.runScansHere();
  cloud.runTestsHere();
  // Removes leftovers of earlier processes in the background; failures do not concern this scan.
  container.scanning.runner.sweep().catch(() => undefined);
}

/** Leaves the work to a running server or worker; works here as soon as there is none. */
export async function ensureWorker(core: ScanCore, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if ((await core.orchestration.workers()).length === 0) {
      workHere(core);
      return;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
