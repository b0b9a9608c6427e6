import type { ScanStatus } from '../../../contract/orchestration.js';

export const ENDED = [
  'completed',
  'partial',
  'failed',
  'cancelled',
] as const satisfies readonly ScanStatus[];

export function isActive({ status }: { status: ScanStatus }): boolean {
  return status === 'queued' || status === 'running';
}
