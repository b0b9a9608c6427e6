import type { DriftDelivery } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { type RetentionRule, TeamRepository } from '../../../platform/database/repository.js';
import { ConflictError } from '../../../platform/errors.js';
import type { Message } from '../routing/message.js';

export interface StoredDelivery extends DriftDelivery, TeamDoc {
  message: Message;
  /** When it was released, which counts for the channel's hourly limit. Null while it is held. */
  releasedAt: string | null;
}

/** When a change was last sent to a channel. */
interface Sent extends TeamDoc {
  at: string;
}

const deliveries: CollectionSpec<StoredDelivery> = {
  name: 'drift_deliveries',
  scope: 'team',
  fields: {
    channelId: 'string',
    status: 'string',
    kind: 'string',
    createdAt: 'string',
    releasedAt: 'string',
  },
  indexes: [['channelId', '-createdAt'], ['status']],
  acrossTeams: [['createdAt']],
};
const sent: CollectionSpec<Sent> = {
  name: 'drift_told',
  scope: 'team',
  fields: { at: 'string' },
  acrossTeams: [['at']],
};

export class DeliveriesRepository extends TeamRepository<StoredDelivery> {
  static readonly database = 'assessments';
  static readonly specs = [deliveries, sent];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'drift_deliveries', collection: deliveries.name, field: 'createdAt' },
    { kind: 'drift_deliveries', collection: sent.name, field: 'at' },
  ];
  protected readonly spec = deliveries;

  page(scope: TeamScope, channelId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    return this.of(scope).find({ channelId }, { sort: ['-createdAt'], limit, after: cursor });
  }

  async last(scope: TeamScope, channelId: string): Promise<StoredDelivery | null> {
    return (await this.page(scope, channelId, { limit: 1 })).items[0] ?? null;
  }

  get(scope: TeamScope, id: string): Promise<StoredDelivery | null> {
    return this.of(scope).get(id);
  }

  /** Returns false when it exists already. */
  async add(scope: TeamScope, delivery: StoredDelivery): Promise<boolean> {
    try {
      await this.of(scope).insert(delivery);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  change(scope: TeamScope, id: string, set: Partial<StoredDelivery>) {
    return this.of(scope).update(id, { set });
  }

  /** How many were released to a channel since then, without test messages. */
  releasedSince(scope: TeamScope, channelId: string, since: string): Promise<number> {
    return this.of(scope).count({ channelId, kind: { ne: 'test' }, releasedAt: { gt: since } });
  }

  async held(scope: TeamScope): Promise<StoredDelivery[]> {
    return this.#all(scope, { status: 'held' });
  }

  /** Includes deliveries whose job the queue lost. */
  async pending(scope: TeamScope): Promise<StoredDelivery[]> {
    return this.#all(scope, { status: 'pending' });
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }

  removeOf(scope: TeamScope, channelId: string): Promise<number> {
    return this.of(scope).removeMany({ channelId });
  }

  /** Throttle key → when it was last sent. */
  async lastSentAt(scope: TeamScope, channelId: string, keys: readonly string[]) {
    const found = await this.of(scope, sent).getMany(
      keys.map((key) => sentId(scope, channelId, key)),
    );
    const at = new Map(found.map((one) => [one.id, one.at]));
    return (key: string) => at.get(sentId(scope, channelId, key)) ?? null;
  }

  async recordSent(scope: TeamScope, channelId: string, keys: readonly string[], at: string) {
    const { teamId } = scope;
    const docs = [...new Set(keys)].map((key) => ({
      id: sentId(scope, channelId, key),
      teamId,
      at,
    }));
    if (docs.length > 0) await this.of(scope, sent).putMany(docs);
  }

  async #all(scope: TeamScope, filter: { status: string }): Promise<StoredDelivery[]> {
    const found: StoredDelivery[] = [];
    for await (const page of this.of(scope).each(filter)) found.push(...page);
    return found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }
}

function sentId({ teamId }: TeamScope, channelId: string, key: string): string {
  return `${teamId}:${channelId}:${key}`;
}
