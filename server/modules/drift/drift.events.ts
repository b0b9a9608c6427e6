import type { DriftEvent } from '../../../contract/drift.js';
import { eventType } from '../../platform/events/events.js';

/** An episode opened, or was seen again while open. */
export const driftDetected = eventType<{ teamId: string; event: DriftEvent; repeated: boolean }>(
  'drift.detected',
);

/** An episode that was open is over. */
export const driftResolved = eventType<{ teamId: string; event: DriftEvent }>('drift.resolved');
