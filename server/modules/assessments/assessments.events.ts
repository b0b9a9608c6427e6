import { eventType } from '../../platform/events/events.js';

/** Answers were given or withdrawn, so contradictions between assessments may have changed. */
export const answersCompared = eventType<{ teamId: string }>('assessments.answers_compared');
