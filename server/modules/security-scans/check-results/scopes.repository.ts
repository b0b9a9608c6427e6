import type {
  CollectionSpec,
  Filter,
  Page,
  TeamScope,
} from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Account, ChangedChecks } from '../security-scans.events.js';
import { byProvider, type NamedAccounts } from './accounts-by-provider.js';
import type { CheckScope, ReportedRegion, ScopeSeen } from './check-scope.js';

const checkScopes: CollectionSpec<CheckScope> = {
  name: 'check_scopes',
  scope: 'team',
  fields: {
    tool: 'string',
    checkId: 'string',
    provider: 'string',
    accountId: 'string',
    region: 'string',
    lastSeenAt: 'string',
    lastImportId: 'string',
    staleSince: 'string',
  },
  indexes: [
    ['checkId', 'provider', 'accountId', 'region'],
    ['provider', 'accountId', 'region'],
    ['lastImportId'],
    ['staleSince'],
  ],
};

const PAGE = 2_000;
/** Checks per query: their scopes fill about one page. */
const CHECKS_OF_ALL = 10;
const CHECKS_OF_ACCOUNT = 100;
/** Accounts that a query names; more are all of them. */
const MAX_ACCOUNTS_NAMED = 100;

export class ScopesRepository extends TeamRepository<CheckScope> {
  static readonly database = 'securityScans';
  static readonly specs = [checkScopes];
  protected readonly spec = checkScopes;

  async list(scope: TeamScope): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for await (const page of this.of(scope).each({}, { batch: PAGE })) found.push(...page);
    return found;
  }

  /** Scopes of these checks in these accounts. */
  async listIn(scope: TeamScope, { checkIds, accounts }: ChangedChecks): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for (const named of byProvider(accounts)) {
      for await (const page of this.#pages(scope, checkIds, named)) found.push(...page);
    }
    return found;
  }

  /** When the scopes of these checks were last seen, by id: what an import needs before it stores. */
  async seen(
    scope: TeamScope,
    toolOf: (checkId: string) => string,
    checkIds: readonly string[],
  ): Promise<Map<string, ScopeSeen>> {
    const found = new Map<string, ScopeSeen>();
    for await (const page of this.#pages(scope, checkIds)) {
      for (const item of page) {
        if (item.tool !== toolOf(item.checkId)) continue;
        const { id, provider, checkId, lastSeenAt, lastCompleteAt, stated } = item;
        found.set(id, { provider, checkId, lastSeenAt, lastCompleteAt, ...(stated && { stated }) });
      }
    }
    return found;
  }

  /** Every scope of these accounts. */
  async ofAccounts(scope: TeamScope, accounts: readonly Account[]): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for (const { provider, accountIds } of byProvider(accounts)) {
      found.push(...(await this.#all(scope, { provider, accountId: { in: accountIds } })));
    }
    return found;
  }

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, CheckScope>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((item) => [item.id, item]));
  }

  /** The scopes that these imports were the last to report. */
  lastReportedBy(scope: TeamScope, importIds: readonly string[]): Promise<CheckScope[]> {
    return this.#all(scope, { lastImportId: { in: [...importIds] } });
  }

  /** Scopes that newer imports have had no evidence of: of these tools and accounts, or of all. */
  stale(
    scope: TeamScope,
    { tool, accountId }: { tool?: readonly string[]; accountId?: readonly string[] },
  ): Promise<CheckScope[]> {
    return this.#all(scope, {
      staleSince: { exists: true },
      ...(tool?.length ? { tool: { in: [...tool] } } : {}),
      ...(accountId?.length ? { accountId: { in: [...accountId] } } : {}),
    });
  }

  async #all(scope: TeamScope, filter: Filter): Promise<CheckScope[]> {
    const found: CheckScope[] = [];
    for await (const page of this.of(scope).each(filter, { batch: PAGE })) found.push(...page);
    return found;
  }

  async hasCheck(
    scope: TeamScope,
    { tool, checkId, provider }: Pick<CheckScope, 'tool' | 'checkId' | 'provider'>,
  ): Promise<boolean> {
    const found = await this.of(scope).find({ tool, checkId, provider }, { limit: 1 });
    return found.items.length > 0;
  }

  async accounts(scope: TeamScope): Promise<Account[]> {
    const groups = await this.of(scope).groupCount({}, ['provider', 'accountId']);
    return groups.map(({ key }) => ({ provider: String(key[0]), accountId: String(key[1]) }));
  }

  /** Every region that results name, by account. */
  regions(scope: TeamScope): Promise<ReportedRegion[]> {
    return this.#regions(scope, {});
  }

  /** The same of these checks only, in these accounts at least. */
  regionsOf(
    scope: TeamScope,
    checkIds: readonly string[],
    accountIds: readonly string[],
  ): Promise<ReportedRegion[]> {
    const isFew = accountIds.length <= MAX_ACCOUNTS_NAMED;
    const ofAccounts = isFew ? { accountId: { in: accountIds } } : {};
    return this.#regions(scope, { checkId: { in: checkIds }, ...ofAccounts });
  }

  async checkIds(scope: TeamScope): Promise<string[]> {
    const groups = await this.of(scope).groupCount({}, ['checkId']);
    return groups.map(({ key: [checkId] }) => String(checkId));
  }

  async #regions(scope: TeamScope, filter: Filter): Promise<ReportedRegion[]> {
    const groups = await this.of(scope).groupCount(filter, ['provider', 'accountId', 'region']);
    return groups.map(({ key: [provider, accountId, region], count }) => {
      return { provider: `${provider}`, accountId: `${accountId}`, region: `${region}`, count };
    });
  }

  put(scope: TeamScope, scopes: readonly CheckScope[]) {
    return this.of(scope).putMany(scopes);
  }

  removeAll(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }

  /** Corrects a scope's tallies unless a report has covered it since it was read; returns whether it did. */
  async correct(scope: TeamScope, { id, lastSeenAt, tallies }: CheckScope): Promise<boolean> {
    return (await this.of(scope).update(id, { set: { tallies } }, { lastSeenAt })) !== null;
  }

  /** A few checks at a time; prefetches the next ones. */
  async *#pages(
    scope: TeamScope,
    checkIds: readonly string[],
    of?: NamedAccounts,
  ): AsyncIterable<CheckScope[]> {
    const size = of ? Math.ceil(CHECKS_OF_ACCOUNT / of.accountIds.length) : CHECKS_OF_ALL;
    const wanted = [...inParts(checkIds, size)].map((ids) => ({
      checkId: { in: ids },
      ...(of && { provider: of.provider, accountId: { in: of.accountIds } }),
    }));
    let next = wanted[0] && this.#page(scope, wanted[0]);
    for (const [at, filter] of wanted.entries()) {
      let page = (await next) as Page<CheckScope>;
      const after = wanted[at + 1];
      next = after && this.#page(scope, after);
      next?.catch(() => {}); // awaiting it reports the error
      yield page.items;
      while (page.nextCursor !== null) {
        page = await this.#page(scope, filter, page.nextCursor);
        yield page.items;
      }
    }
  }

  /** Sorted like the index of checks: sorted by id, a database may walk all ids instead of looking up checks. */
  async #page(
    scope: TeamScope,
    filter: Filter,
    after: string | null = null,
  ): Promise<Page<CheckScope>> {
    return this.of(scope).find(filter, { sort: ['checkId'], limit: PAGE, after });
  }
}
