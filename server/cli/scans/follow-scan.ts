import { cancelScan, getScan, type ScanRun } from '../../../contract/orchestration.js';
import { ConflictError } from '../../platform/errors.js';
import { scanProgress } from '../output/scan-progress.js';
import type { Api } from '../remote/api.js';
import type { Shell } from '../shell.js';
import { codeOf, Interrupts } from './interrupts.js';

const HINT = { cancel: 'Ctrl+C cancels it', leave: 'Ctrl+C stops following' } as const;

export interface Followed {
  /** The last state seen: ended, unless following was interrupted. */
  scan: ScanRun;
  /** Exit code of the signal that interrupted; null when the scan ended. */
  signalCode: number | null;
}

/**
 * Shows a scan until it ends and ensures that a worker runs it. The first signal cancels it (or, with
 * `onSignal: 'leave'`, stops following); a second one exits immediately.
 */
export async function followScan(
  shell: Shell,
  api: Api,
  scanId: string,
  { onSignal = 'cancel', note }: { onSignal?: 'cancel' | 'leave'; note?: string } = {},
): Promise<Followed> {
  const params = { scanId };
  let scan = await api.call(getScan, { params });
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
    progress.note(`${signal}: cancelling the scan; repeat to exit immediately`);
    api.call(cancelScan, { params }).catch((error: unknown) => {
      // It ended in the meantime.
      if (!(error instanceof ConflictError)) failWith(error);
    });
  });
  const working = api.runScans(leaving.signal).catch(failWith);
  try {
    for await (const state of api.watchScan(scanId, leaving.signal)) {
      scan = state;
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
