import type { DriftChannel } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { SealedSecret } from '../../../platform/vault/vault.js';

export interface StoredChannel extends Omit<DriftChannel, 'lastDelivery'>, TeamDoc {
  /** What it takes to reach it, as JSON in the vault. */
  sealed: SealedSecret;
}

const channels: CollectionSpec<StoredChannel> = {
  name: 'drift_channels',
  scope: 'team',
  fields: { name: 'string', 'sealed.box.tag': 'string' },
  unique: [['name']],
};

export class ChannelsRepository extends TeamRepository<StoredChannel> {
  static readonly database = 'assessments';
  static readonly specs = [channels];
  protected readonly spec = channels;

  /** Of all teams. */
  async *all(): AsyncIterable<StoredChannel> {
    for await (const page of this.acrossTeams().each({})) yield* page;
  }

  /** Null when it was changed since it was read. */
  replaceSealed(channel: StoredChannel, sealed: SealedSecret) {
    const unchanged = { 'sealed.box.tag': channel.sealed.box.tag };
    return this.of(channel).update(channel.id, { set: { sealed } }, unchanged);
  }

  async list(scope: TeamScope): Promise<StoredChannel[]> {
    return (await this.of(scope).find({}, { sort: ['name'], limit: 1_000 })).items;
  }

  get(scope: TeamScope, id: string): Promise<StoredChannel | null> {
    return this.of(scope).get(id);
  }

  add(scope: TeamScope, channel: StoredChannel) {
    return this.of(scope).insert(channel);
  }

  change(scope: TeamScope, id: string, set: Partial<StoredChannel>) {
    return this.of(scope).update(id, { set });
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }
}
