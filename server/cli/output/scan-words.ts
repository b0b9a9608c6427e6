import type { ScanStatus, SubJob } from '../../../contract/orchestration.js';
import { cleanText } from '../../scanners/rows/clean-text.js';
import { cyan, dim, green, number, red, yellow } from './style.js';
import type { Cell } from './table.js';

const PAINT: Record<ScanStatus, (text: string) => string> = {
  queued: dim,
  running: cyan,
  completed: green,
  partial: yellow,
  failed: red,
  cancelled: dim,
};
const MARK: Record<ScanStatus, string> = {
  queued: '·',
  running: '▸',
  completed: '✓',
  partial: '!',
  failed: '✗',
  cancelled: '–',
};

export function scanStatusCell(status: ScanStatus, isCancelling = false): Exclude<Cell, string> {
  return { text: isCancelling ? 'cancelling' : status, paint: PAINT[status] };
}

export function scanMark(status: ScanStatus): string {
  return PAINT[status](MARK[status]);
}

/** `840 ms`, `12.3 s`, `4 min 05 s`, `2 h 10 min`. */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** `just now`, `12 min ago`, `3 h ago`, `5 d ago`. */
export function ago(instant: string, nowMs = Date.now()): string {
  const minutes = Math.floor(Math.max(0, nowMs - Date.parse(instant)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

export function durationOf({ startedAt, finishedAt }: SubJob): number | null {
  return startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
}

/** `23 of 25 checks (24 run)`: with evidence, expected, executed. */
export function coverageText({ coverage }: SubJob): string {
  if (!coverage) return '–';
  const { unit, expected, executed, evidenced } = coverage;
  const whole = expected ?? executed;
  const of = whole === null ? '' : ` of ${number(whole)}`;
  const isBetween = expected !== null && executed !== null && executed !== evidenced;
  return `${number(evidenced)}${of} ${unit}${isBetween ? ` (${number(executed)} run)` : ''}`;
}

/** Untrusted text on one line, without control characters. */
export function oneLine(text: string, longest = 1_000): string {
  return cleanText(text, longest).replace(/\s+/g, ' ');
}
