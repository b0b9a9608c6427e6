import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanCore } from '../with-core.js';

const LOOK_EVERY_MS = 2_000;

/** Runs the store's scans in this process from now on; they go back to wait when the command ends. */
export function workHere({ orchestration, cloud, container }: ScanCore): void {
  orchestration.runScansHere();
  cloud.runTestsHere();
  // What tools of earlier processes left behind; nobody waits for it, and it is no news of this scan.
  container.scanning.runner.sweep().catch(() => undefined);
}

/** Leaves the work to a server or worker of the same store, and does it here as soon as there is none. */
export async function seeThatSomebodyWorks(core: ScanCore, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if ((await core.orchestration.workers()).length === 0) {
      workHere(core);
      return;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
