import type { CloudScope } from '../../../contract/cloud-security.js';
import { eventType } from '../../platform/events/events.js';

/** An account is no longer scanned: it was removed, or switched off. */
export const accountLeft = eventType<{ teamId: string; accountId: string; scope: CloudScope }>(
  'account.left',
);

/** An account is to be scanned from now on: it is new, or was switched on. */
export const accountJoined = eventType<{ teamId: string; accountId: string }>('account.joined');
