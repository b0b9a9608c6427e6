import type { OwnTargets } from '../../../../contract/scan-operations.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export type StoredOwnTargets = TeamDoc & OwnTargets & { changedAt: string };

const ownTargets: CollectionSpec<StoredOwnTargets> = {
  name: 'own_targets',
  scope: 'team',
  fields: { changedAt: 'string' },
};

/** One document per team. */
export class OwnTargetsRepository extends TeamRepository<StoredOwnTargets> {
  static readonly database = 'orchestration';
  static readonly specs = [ownTargets];
  protected readonly spec = ownTargets;

  get(scope: TeamScope) {
    return this.of(scope).get(idOf(scope));
  }

  async put(scope: TeamScope, own: OwnTargets & { changedAt: string }): Promise<void> {
    await this.of(scope).putMany([{ ...own, id: idOf(scope), teamId: scope.teamId }]);
  }
}

function idOf({ teamId }: TeamScope): string {
  return `own_${teamId}`;
}
