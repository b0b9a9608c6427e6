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
  fields: { name: 'string' },
  unique: [['name']],
};

export class ChannelsRepository extends TeamRepository<StoredChannel> {
  static readonly database = 'assessments';
  static readonly specs = [channels];
  protected readonly spec = channels;

  /** The master keys that the stored targets need, in all teams. */
  async sealedWith(): Promise<string[]> {
    const found = new Set<string>();
    for await (const page of this.acrossTeams().each({})) {
      for (const { sealed } of page) found.add(sealed.keyId);
    }
    return [...found];
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
