import { UnavailableError } from '../../platform/errors.js';
import type { ScanCore } from '../with-core.js';

/** Throws UnavailableError in a process without the scheduler. */
export function schedulesOf({ orchestration }: ScanCore) {
  if (orchestration.schedules) return orchestration.schedules;
  throw new UnavailableError('the scheduler is not loaded');
}
