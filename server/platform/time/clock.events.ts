import { eventType } from '../events/events.js';

/** Stored times in the future were set to the present: what was computed from them is outdated. */
export const timesRepaired = eventType<{ times: number }>('platform.times_repaired');
