import type { ScanStatus } from '../../../contract/orchestration.js';
import { eventType } from '../../platform/events/events.js';

/** The first sub-job of a scan has started. */
export const scanStarted = eventType<{ teamId: string; scanId: string; kind: string }>(
  'scan.started',
);

/** A scan has ended with any status; `import.completed` has announced its results before. */
export const scanCompleted = eventType<{
  teamId: string;
  scanId: string;
  kind: string;
  status: ScanStatus;
  importIds: string[];
}>('scan.completed');
