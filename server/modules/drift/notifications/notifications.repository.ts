import type { DriftNotification } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { type RetentionRule, TeamRepository } from '../../../platform/database/repository.js';

export interface StoredNotification extends Omit<DriftNotification, 'read'>, TeamDoc {
  /** Ids of the users who have read it. */
  readBy: string[];
}

const notifications: CollectionSpec<StoredNotification> = {
  name: 'drift_notifications',
  scope: 'team',
  fields: { at: 'string', readBy: 'string[]' },
  indexes: [['-at']],
  acrossTeams: [['at']],
};

export class NotificationsRepository extends TeamRepository<StoredNotification> {
  static readonly database = 'assessments';
  static readonly specs = [notifications];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'drift_notifications', collection: notifications.name, field: 'at' },
  ];
  protected readonly spec = notifications;

  page(
    scope: TeamScope,
    {
      userId,
      unread,
      limit,
      cursor,
    }: { userId: string; unread?: boolean; limit: number; cursor?: string },
  ) {
    const filter = unread ? { nor: [{ readBy: userId }] } : {};
    return this.of(scope).find(filter, { sort: ['-at'], limit, after: cursor });
  }

  unread(scope: TeamScope, userId: string): Promise<number> {
    return this.of(scope).count({ nor: [{ readBy: userId }] });
  }

  /** Leaves an existing one unchanged: it may have been read. */
  async add(scope: TeamScope, notification: StoredNotification): Promise<boolean> {
    if (await this.of(scope).get(notification.id)) return false;
    await this.of(scope).putMany([notification]);
    return true;
  }

  read(scope: TeamScope, userId: string, ids?: readonly string[]): Promise<number> {
    const which = ids ? { id: { in: ids } } : {};
    return this.of(scope).updateMany(
      { ...which, nor: [{ readBy: userId }] },
      { addToSet: { readBy: [userId] } },
    );
  }
}
