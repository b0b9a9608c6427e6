import type { ScanEvent, ScanRun } from '../../../../contract/orchestration.js';
import { isEnded } from '../scans/scan-status.rules.js';
import type { LiveScans } from './live-scans.js';

export interface WatchParts {
  live: LiveScans;
  /** Throws NotFoundError when the scan is not the asker's. */
  read: () => Promise<ScanRun>;
  signal: AbortSignal;
  pace?: Partial<WatchPace>;
}

export interface WatchPace {
  /** At most so often. */
  leastMs: number;
  /** At least so often it is looked at, as its worker may be another process. */
  mostMs: number;
}

const PACE: WatchPace = { leastMs: 250, mostMs: 2_000 };

/** A scan at once, whenever it changed, and when it has ended. */
export async function* watchScan(scanId: string, parts: WatchParts): AsyncGenerator<ScanEvent> {
  const { live, read, signal } = parts;
  const { leastMs, mostMs } = { ...PACE, ...parts.pace };
  let changed = false;
  let wake: () => void = () => {};
  const unwatch = live.watch(scanId, () => {
    changed = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  const pause = (ms: number, isOver: () => boolean) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      wake = () => {
        if (!isOver() && !signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
      wake();
    });
  try {
    let told = '';
    while (!signal.aborted) {
      changed = false;
      const scan = await read();
      // Time goes on by itself, and is no change.
      const { durationMs: _, ...facts } = scan;
      const text = JSON.stringify(facts);
      const type = isEnded(scan.status) ? 'end' : 'scan';
      if (text !== told) yield { type, scan };
      told = text;
      if (type === 'end') return;
      await pause(leastMs, () => false);
      await pause(mostMs - leastMs, () => changed);
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', onAbort);
  }
}
