import type { ControlStatus } from '../../../contract/compliance.js';
import { eventType } from '../../platform/events/events.js';

/** A control has another status than before; `from` is null when it is computed for the first time. */
export const controlChanged = eventType<{
  teamId: string;
  controlId: string;
  from: ControlStatus | null;
  to: ControlStatus;
}>('control.changed');
