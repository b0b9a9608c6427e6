import type { DriftNotification } from '../../../../contract/drift.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { NotificationsRepository, StoredNotification } from './notifications.repository.js';

export interface NotificationsDeps {
  notifications: NotificationsRepository;
  audit: Audit;
}

/** Notifications in the web app; each user marks them as read individually. */
export class NotificationsService {
  constructor(private readonly deps: NotificationsDeps) {}

  async list(actor: Actor, query: { unread?: boolean; limit: number; cursor?: string }) {
    const { notifications } = this.deps;
    const { userId } = actor;
    const [{ items, nextCursor }, unread] = await Promise.all([
      notifications.page(actor, { ...query, userId }),
      notifications.unread(actor, userId),
    ]);
    return { items: items.map((item) => shown(item, userId)), nextCursor, unread };
  }

  /** Ignores unknown ids. */
  async read(actor: Actor, { ids }: { ids?: string[] }): Promise<{ unread: number }> {
    const { notifications, audit } = this.deps;
    const count = await notifications.read(actor, actor.userId, ids);
    if (count > 0) await audit.record(actor, 'drift.notifications_read', actor.userId, { count });
    return { unread: await notifications.unread(actor, actor.userId) };
  }
}

function shown({ readBy, ...rest }: StoredNotification, userId: string): DriftNotification {
  return { ...rest, read: readBy.includes(userId) };
}
