import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Tally } from './check-results.repository.js';

/**
 * One check in one account and region: what it adds up to, and how good the evidence is. Repeated reports
 * that change nothing touch these few rows and no result.
 */
export interface CheckScope extends TeamDoc {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  /** When a tool last looked, whole or in part. */
  lastSeenAt: string;
  /** When a report that was not cut off last covered it; null: never, so what it lacks is unknown. */
  lastCompleteAt: string | null;
  /** A later report of the account gave no evidence of it, since then. */
  staleSince: string | null;
  lastImportId: string;
  tallies: Pick<Tally, 'standing' | 'severity' | 'exempt' | 'count'>[];
}

const checkScopes: CollectionSpec<CheckScope> = {
  name: 'check_scopes',
  scope: 'team',
  fields: {
    tool: 'string',
    checkId: 'string',
    provider: 'string',
    accountId: 'string',
    lastSeenAt: 'string',
  },
  indexes: [
    ['tool', 'checkId'],
    ['provider', 'accountId'],
  ],
};

export class ScopesRepository extends TeamRepository<CheckScope> {
  static readonly database = 'securityScans';
  static readonly specs = [checkScopes];
  protected readonly spec = checkScopes;

  /** Scopes of these checks; all of the team's when not given. */
  async list(scope: TeamScope, checkIds?: readonly string[]): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    const filter = checkIds ? { checkId: { in: checkIds } } : {};
    for await (const page of this.of(scope).each(filter, { batch: 5_000 })) found.push(...page);
    return found;
  }

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, CheckScope>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((item) => [item.id, item]));
  }

  async accounts(scope: TeamScope): Promise<{ provider: string; accountId: string }[]> {
    const groups = await this.of(scope).groupCount({}, ['provider', 'accountId']);
    return groups.map(({ key }) => ({ provider: String(key[0]), accountId: String(key[1]) }));
  }

  put(scope: TeamScope, scopes: readonly CheckScope[]) {
    return this.of(scope).putMany(scopes);
  }
}
