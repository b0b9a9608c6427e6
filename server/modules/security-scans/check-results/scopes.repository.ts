import type {
  CollectionSpec,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
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

export type ScopeSeen = Pick<CheckScope, 'provider' | 'checkId' | 'lastSeenAt' | 'lastCompleteAt'>;

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
  indexes: [['checkId'], ['provider', 'accountId']],
};

const PAGE = 2_000;
const CHECKS_AT_ONCE = 10;

export class ScopesRepository extends TeamRepository<CheckScope> {
  static readonly database = 'securityScans';
  static readonly specs = [checkScopes];
  protected readonly spec = checkScopes;

  /** Scopes of these checks; all of the team's when not given. */
  async list(scope: TeamScope, checkIds?: readonly string[]): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for await (const page of this.#pages(scope, checkIds)) found.push(...page);
    return found;
  }

  /** When the scopes of these checks were seen, by id: all that an import must know of each before it stores. */
  async seen(
    scope: TeamScope,
    toolOf: (checkId: string) => string,
    checkIds: readonly string[],
  ): Promise<Map<string, ScopeSeen>> {
    const found = new Map<string, ScopeSeen>();
    for await (const page of this.#pages(scope, checkIds)) {
      for (const item of page) {
        if (item.tool !== toolOf(item.checkId)) continue;
        const { id, provider, checkId, lastSeenAt, lastCompleteAt } = item;
        found.set(id, { provider, checkId, lastSeenAt, lastCompleteAt });
      }
    }
    return found;
  }

  /** Every scope of these accounts. */
  async ofAccounts(
    scope: TeamScope,
    accounts: readonly Pick<CheckScope, 'provider' | 'accountId'>[],
  ): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for (const { provider, accountId } of accounts) {
      const pages = this.of(scope).each({ provider, accountId }, { batch: PAGE });
      for await (const page of pages) found.push(...page);
    }
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

  /** Corrects what a scope adds up to, unless a report has looked at it since it was read; answers whether it did. */
  async correct(scope: TeamScope, { id, lastSeenAt, tallies }: CheckScope): Promise<boolean> {
    return (await this.of(scope).update(id, { set: { tallies } }, { lastSeenAt })) !== null;
  }

  /** Some checks at a time, of which the next are asked for before these are worked on. */
  async *#pages(scope: TeamScope, checkIds?: readonly string[]): AsyncIterable<CheckScope[]> {
    if (!checkIds) {
      yield* this.of(scope).each({}, { batch: PAGE });
      return;
    }
    const unique = [...new Set(checkIds)];
    let next = this.#page(scope, unique.slice(0, CHECKS_AT_ONCE));
    for (let at = 0; at < unique.length; at += CHECKS_AT_ONCE) {
      const checks = unique.slice(at, at + CHECKS_AT_ONCE);
      let page = await next;
      const after = at + CHECKS_AT_ONCE;
      if (after < unique.length) {
        next = this.#page(scope, unique.slice(after, after + CHECKS_AT_ONCE));
        next.catch(() => {}); // told when it is waited for
      }
      yield page.items;
      while (page.nextCursor !== null) {
        page = await this.#page(scope, checks, page.nextCursor);
        yield page.items;
      }
    }
  }

  /** Sorted as the index of checks is: sorted by id, a database may rather walk all ids than look up checks. */
  async #page(
    scope: TeamScope,
    checkIds: readonly string[],
    after: string | null = null,
  ): Promise<Page<CheckScope>> {
    if (checkIds.length === 0) return { items: [], nextCursor: null };
    const options = { sort: ['checkId'], limit: PAGE, after };
    return this.of(scope).find({ checkId: { in: checkIds } }, options);
  }
}
