import type { AccountScope } from '../../../contract/cloud-security.js';
import { eventType } from '../../platform/events/events.js';

/** An account is no longer scanned: it was deleted or deactivated. */
export const accountLeft = eventType<{ teamId: string; accountId: string; scope: AccountScope }>(
  'account.left',
);

/** An account is scanned from now on: it was created or activated. */
export const accountJoined = eventType<{ teamId: string; accountId: string }>('account.joined');
