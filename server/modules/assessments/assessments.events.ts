import { eventType } from '../../platform/events/events.js';
import type { ControlConflict } from './answers/conflicts.service.js';

/**
 * People's answers were compared: all controls about which two assessments of the team say different things
 * just now. A control that is no longer among them is settled. Told again and again, so that a listener that
 * missed one is put right by the next.
 */
export const answersCompared = eventType<{
  teamId: string;
  conflicts: readonly ControlConflict[];
}>('assessments.answers_compared');
