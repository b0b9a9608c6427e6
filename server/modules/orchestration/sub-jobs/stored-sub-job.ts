import type { SubJob } from '../../../../contract/orchestration.js';
import type { TeamDoc } from '../../../platform/database/collection.js';
import type { ScanUnit } from '../../../scanners/runs/scanner.js';

export type StoredSubJob = TeamDoc &
  Omit<SubJob, 'tool'> & {
    scanId: string;
    /** Its place among the sub-jobs of its scan. */
    place: number;
    unit: ScanUnit;
    round: number;
    /** Its job in the queue; null until it is enqueued. */
    jobId: string | null;
    /** Identifies the worker that runs it; writes of other workers are ignored. */
    token: string | null;
    /** How often its job was lost from the queue and enqueued again. */
    requeued: number;
    /** 0 … 1, as its worker reports it. */
    progress: number;
    durationMs: number | null;
  };
