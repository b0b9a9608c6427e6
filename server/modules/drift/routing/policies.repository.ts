import { type DriftPolicy, IN_APP } from '../../../../contract/drift.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export interface StoredPolicy extends DriftPolicy, TeamDoc {}
interface Seeded extends TeamDoc {
  seededAt: string;
}

const policies: CollectionSpec<StoredPolicy> = {
  name: 'drift_policies',
  scope: 'team',
  fields: { name: 'string' },
  unique: [['name']],
};
/** Marks teams that got their first policy, so that it does not come back once deleted. */
const seeds: CollectionSpec<Seeded> = { name: 'drift_policy_seeds', scope: 'team', fields: {} };

export class PoliciesRepository extends TeamRepository<StoredPolicy> {
  static readonly database = 'assessments';
  static readonly specs = [policies, seeds];
  protected readonly spec = policies;

  /** By name. A new team has one: everything of medium severity and above, in the web app. */
  async list(scope: TeamScope, now: string): Promise<StoredPolicy[]> {
    if (!(await this.of(scope, seeds).get(scope.teamId))) await this.#seed(scope, now);
    return (await this.of(scope).find({}, { sort: ['name'], limit: 1_000 })).items;
  }

  add(scope: TeamScope, policy: StoredPolicy) {
    return this.of(scope).insert(policy);
  }

  change(scope: TeamScope, id: string, set: Partial<DriftPolicy>) {
    return this.of(scope).update(id, { set });
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }

  async #seed(scope: TeamScope, now: string): Promise<void> {
    const { teamId } = scope;
    const first: StoredPolicy = {
      id: `policy_${teamId}_default`,
      teamId,
      name: 'Medium and above, in the web app',
      enabled: true,
      types: [],
      minSeverity: 'medium',
      frameworks: [],
      domains: [],
      channels: [IN_APP],
      updatedAt: now,
    };
    await this.of(scope).putMany([first]);
    await this.of(scope, seeds).putMany([{ id: teamId, teamId, seededAt: now }]);
  }
}
