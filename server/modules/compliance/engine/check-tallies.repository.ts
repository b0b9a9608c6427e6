import type { CollectionSpec, Filter, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { CheckTallies } from './check-tallies.js';

const tallies: CollectionSpec<CheckTallies> = {
  name: 'check_tallies',
  scope: 'team',
  fields: { tool: 'string', checkId: 'string' },
  unique: [['checkId', 'tool']],
};

export class CheckTalliesRepository extends TeamRepository<CheckTallies> {
  static readonly database = 'assessments';
  static readonly specs = [tallies];
  protected readonly spec = tallies;

  list(scope: TeamScope): Promise<CheckTallies[]> {
    return this.#all(scope, {});
  }

  async ofChecks(scope: TeamScope, checkIds: readonly string[]): Promise<CheckTallies[]> {
    const found: CheckTallies[] = [];
    for (const ids of inParts(checkIds)) {
      found.push(...(await this.#all(scope, { checkId: { in: ids } })));
    }
    return found;
  }

  put(scope: TeamScope, items: readonly CheckTallies[]) {
    return this.of(scope).putMany(items);
  }

  async #all(scope: TeamScope, filter: Filter): Promise<CheckTallies[]> {
    const found: CheckTallies[] = [];
    for await (const page of this.of(scope).each(filter, { batch: 5_000 })) found.push(...page);
    return found;
  }
}
