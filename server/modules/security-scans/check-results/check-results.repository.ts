import type { Severity } from '../../../../contract/severity.js';
import type {
  CollectionSpec,
  GroupCount,
  TeamScope,
} from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { ResultEffect } from '../findings/finding-life.rules.js';
import type { ChangedChecks } from '../security-scans.events.js';
import { byProvider } from './accounts-by-provider.js';
import type { CheckResult, Tally } from './check-result.js';

type TallyKey = [string, string, string, string, ResultEffect, Severity, boolean, boolean | null];
const GROUPED = [
  'checkId',
  'provider',
  'accountId',
  'region',
  'standing',
  'severity',
  'exempt',
  'ofAccount',
] as const;

const checkResults: CollectionSpec<CheckResult> = {
  name: 'check_results',
  scope: 'team',
  fields: {
    tool: 'string',
    checkId: 'string',
    provider: 'string',
    accountId: 'string',
    region: 'string',
    standing: 'string',
    severity: 'string',
    exempt: 'boolean',
    ofAccount: 'boolean',
    present: 'boolean',
    observedAt: 'string',
  },
  // One index both counts by all these fields without reading a document, and finds a scope's results.
  indexes: [['tool', 'present', ...GROUPED]],
};

export class CheckResultsRepository extends TeamRepository<CheckResult> {
  static readonly database = 'securityScans';
  static readonly specs = [checkResults];
  static readonly retention = [
    {
      kind: 'gone_results',
      collection: 'check_results',
      field: 'observedAt',
      only: { present: false },
      ledBy: 'tool',
    },
  ];
  protected readonly spec = checkResults;

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, CheckResult>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((result) => [result.id, result]));
  }

  put(scope: TeamScope, results: readonly CheckResult[]) {
    return this.of(scope).putMany(results);
  }

  /** Changes how it counts, unless a report has changed it since it was read; returns whether it did. */
  async changeEffect(
    scope: TeamScope,
    { id, observedAt, present, standing, exempt }: CheckResult,
    set: Pick<CheckResult, 'standing' | 'exempt'>,
  ): Promise<boolean> {
    const unchanged = { observedAt, present, standing, exempt };
    return (await this.of(scope).update(id, { set }, unchanged)) !== null;
  }

  removeAll(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }

  /** Counts the present results of these checks in these accounts (of all when not given). */
  async tallies(scope: TeamScope, tool: string, where?: ChangedChecks): Promise<Tally[]> {
    const groups: GroupCount[] = [];
    const filters = where
      ? byProvider(where.accounts).flatMap(({ provider, accountIds }) =>
          [...inParts(where.checkIds)].map((ids) => ({
            checkId: { in: ids },
            provider,
            accountId: { in: accountIds },
          })),
        )
      : [{}];
    for (const filter of filters) {
      const counted = await this.of(scope).groupCount({ tool, present: true, ...filter }, GROUPED);
      for (const group of counted) groups.push(group);
    }
    return groups.map(({ key, count }): Tally => {
      // In the order of GROUPED.
      const [checkId, provider, accountId, region, ...counted] = key as TallyKey;
      const [standing, severity, exempt, ofAccount] = counted;
      const where = { checkId, provider, accountId, region };
      return { ...where, standing, severity, exempt, ...(ofAccount && { ofAccount }), count };
    });
  }

  /** All present results, by id. */
  present(scope: TeamScope): AsyncIterable<CheckResult[]> {
    return this.of(scope).each({ present: true });
  }

  /** The present results of a tool in one account. */
  async *presentAt(
    scope: TeamScope,
    { tool, provider, accountId }: { tool: string; provider: string; accountId: string },
  ): AsyncIterable<CheckResult[]> {
    yield* this.of(scope).each({ tool, present: true, provider, accountId });
  }

  /** The present results of one scope. */
  async *presentIn(
    scope: TeamScope,
    where: { tool: string; checkId: string; provider: string; accountId: string; region: string },
  ): AsyncIterable<CheckResult[]> {
    const { tool, checkId, provider, accountId, region } = where;
    yield* this.of(scope).each({ tool, present: true, checkId, provider, accountId, region });
  }
}
