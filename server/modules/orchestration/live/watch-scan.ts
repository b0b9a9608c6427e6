import type { ScanEvent, ScanRun } from '../../../../contract/orchestration.js';
import { isEnded } from '../scans/scan-status.rules.js';
import type { LiveScans } from './live-scans.js';

export interface WatchParts {
  live: LiveScans;
  /** Throws NotFoundError when the scan is not the caller's. */
  read: () => Promise<ScanRun>;
  signal: AbortSignal;
  pace?: Partial<WatchPace>;
}

export interface WatchPace {
  /** Minimum time between two reads. */
  minMs: number;
  /** Maximum time between two reads, since the worker may be in another process. */
  maxMs: number;
}

const PACE: WatchPace = { minMs: 250, maxMs: 2_000 };

/** Yields the scan immediately, after each change, and when it has ended. */
export async function* watchScan(scanId: string, parts: WatchParts): AsyncGenerator<ScanEvent> {
  const { live, read, signal } = parts;
  const { minMs, maxMs } = { ...PACE, ...parts.pace };
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
    let sent = '';
    while (!signal.aborted) {
      changed = false;
      const scan = await read();
      // The passing time alone is not a change.
      const { durationMs: _, ...facts } = scan;
      const text = JSON.stringify(facts);
      const type = isEnded(scan.status) ? 'end' : 'scan';
      if (text !== sent) yield { type, scan };
      sent = text;
      if (type === 'end') return;
      await pause(minMs, () => false);
      await pause(maxMs - minMs, () => changed);
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', onAbort);
  }
}
