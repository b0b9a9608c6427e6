import type { ScanStatus } from '../../../contract/orchestration.js';
import { eventType } from '../../platform/events/events.js';

/** The first sub-job of a scan has begun. */
export const scanStarted = eventType<{ teamId: string; scanId: string; kind: string }>(
  'scan.started',
);

/** A scan has ended, however; what it found was announced by `import.completed`. */
export const scanCompleted = eventType<{
  teamId: string;
  scanId: string;
  kind: string;
  status: ScanStatus;
  importIds: string[];
}>('scan.completed');
