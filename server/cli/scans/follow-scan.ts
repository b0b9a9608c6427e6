import type { ScanRun } from '../../../contract/orchestration.js';
import { localOperator } from '../../platform/auth/actor.js';
import { ConflictError } from '../../platform/errors.js';
import { scanProgress } from '../output/scan-progress.js';
import type { Shell } from '../shell.js';
import type { ScanCore } from '../with-core.js';
import { codeOf, Interrupts } from './interrupts.js';
import { seeThatSomebodyWorks } from './worker-here.js';

const HINT = { cancel: 'Ctrl+C cancels it', leave: 'Ctrl+C leaves it as it is' } as const;

export interface Followed {
  /** As it was when it was last seen: ended, unless the follower was told to leave it. */
  scan: ScanRun;
  /** Of the signal that ended the following; null when the scan ended by itself. */
  signalCode: number | null;
}

/**
 * Shows a scan until it has ended, and sees that it is worked on. The first signal cancels it (or, with
 * `onSignal: 'leave'`, leaves it as it is); a second one ends the program at once.
 */
export async function followScan(
  shell: Shell,
  core: ScanCore,
  scanId: string,
  { onSignal = 'cancel', note }: { onSignal?: 'cancel' | 'leave'; note?: string } = {},
): Promise<Followed> {
  const { orchestration } = core;
  let scan = await orchestration.scans.get(localOperator, scanId);
  const progress = scanProgress(shell, HINT[onSignal]);
  if (note) progress.note(note);
  const leaving = new AbortController();
  let failed: unknown = null;
  const failWith = (error: unknown) => {
    failed ??= error;
    leaving.abort();
  };
  const interrupts = new Interrupts(shell.io, (signal) => {
    if (onSignal === 'leave') return leaving.abort();
    progress.note(`${signal}: cancelling the scan; once more leaves at once`);
    orchestration.scans.cancel(localOperator, scanId).catch((error: unknown) => {
      // It has ended by itself meanwhile.
      if (!(error instanceof ConflictError)) failWith(error);
    });
  });
  const working = seeThatSomebodyWorks(core, leaving.signal).catch(failWith);
  try {
    for await (const event of await orchestration.watch(localOperator, scanId, leaving.signal)) {
      scan = event.scan;
      progress.show(scan);
    }
    if (failed) throw failed;
  } finally {
    leaving.abort();
    await working;
    progress.stop();
    interrupts.close();
  }
  return { scan, signalCode: interrupts.received && codeOf(interrupts.received) };
}
