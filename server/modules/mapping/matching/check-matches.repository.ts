import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { ControlMatch } from './control-matcher.js';

/** The controls that a check counts for: the first step of the dependency index check → controls. */
export interface CheckMatches extends TeamDoc {
  tool: string;
  checkId: string;
  controlIds: string[];
  /** Checks of the tool that must pass beside it; left out for none. */
  needs?: string[];
  matches: ControlMatch[];
}

const matches: CollectionSpec<CheckMatches> = {
  name: 'check_matches',
  scope: 'team',
  fields: { tool: 'string', checkId: 'string', controlIds: 'string[]', needs: 'string[]' },
  unique: [['tool', 'checkId']],
};

export class CheckMatchesRepository extends TeamRepository<CheckMatches> {
  static readonly database = 'assessments';
  static readonly specs = [matches];
  protected readonly spec = matches;

  async list(scope: TeamScope): Promise<CheckMatches[]> {
    return this.#all(scope, {});
  }

  async ofChecks(scope: TeamScope, checkIds: readonly string[]): Promise<CheckMatches[]> {
    const found: CheckMatches[] = [];
    for (const ids of inParts(checkIds)) {
      for (const item of await this.#all(scope, { checkId: { in: ids } })) found.push(item);
    }
    return found;
  }

  async ofControls(scope: TeamScope, controlIds: readonly string[]): Promise<CheckMatches[]> {
    return this.#all(scope, { controlIds: { in: controlIds } });
  }

  /** The checks that need one of these beside them. */
  async needing(scope: TeamScope, checkIds: readonly string[]): Promise<CheckMatches[]> {
    return this.#all(scope, { needs: { in: checkIds } });
  }

  get(scope: TeamScope, tool: string, checkId: string): Promise<CheckMatches | null> {
    return this.of(scope).get(matchesId(scope, tool, checkId));
  }

  put(scope: TeamScope, items: readonly CheckMatches[]) {
    return this.of(scope).putMany(items);
  }

  async #all(scope: TeamScope, filter: Parameters<ReturnType<typeof this.of>['each']>[0]) {
    const found: CheckMatches[] = [];
    for await (const page of this.of(scope).each(filter, { batch: 5_000 })) found.push(...page);
    return found;
  }
}

export function matchesId({ teamId }: TeamScope, tool: string, checkId: string): string {
  return `${teamId}:${tool}:${checkId}`;
}
