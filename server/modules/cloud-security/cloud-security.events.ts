import { eventType } from '../../platform/events/events.js';

/** An account is no longer scanned: it was removed, or switched off. */
export const accountLeft = eventType<{ teamId: string; accountId: string }>('account.left');
