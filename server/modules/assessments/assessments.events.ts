import { eventType } from '../../platform/events/events.js';

/** Answers came or went, so two assessments of the team may contradict each other on other controls than before. */
export const answersCompared = eventType<{ teamId: string }>('assessments.answers_compared');
