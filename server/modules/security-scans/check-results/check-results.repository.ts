import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type {
  CollectionSpec,
  GroupCount,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Standing } from '../findings/finding-life.rules.js';
import type { ChangedChecks } from '../security-scans.events.js';

/** The latest word of a tool on one check and one resource. Passes are kept: they are the evidence. */
export interface CheckResult extends TeamDoc {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
  accountName: string;
  region: string;
  resourceUid: string;
  resourceName: string;
  resourceType: string;
  /** What tells it apart from others of its check and resource; left out where there is nothing. */
  subObject?: string;
  verdict: Verdict;
  mutedVerdict: 'pass' | 'fail' | null;
  severity: Severity;
  rawSeverity: string;
  observed: string;
  /** When the tool looked. */
  observedAt: string;
  /** Of a result that it could not tell: when it last could, or the resource was last missing; else empty. */
  toldAt: string;
  /** What it counts as for compliance; see `standingOf`. */
  standing: Standing;
  /** A fail that is muted, suppressed or accepted: counts as a fail, and says so. */
  exempt: boolean;
  /** False once a complete report of its scope no longer had it. */
  present: boolean;
  importId: string;
}

/** How many results of a check in one account and region stand how. */
export interface Tally {
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  standing: Standing;
  severity: Severity;
  exempt: boolean;
  count: number;
}

type TallyKey = [string, string, string, string, Standing, Severity, boolean];
const GROUPED = [
  'checkId',
  'provider',
  'accountId',
  'region',
  'standing',
  'severity',
  'exempt',
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
    present: 'boolean',
    observedAt: 'string',
  },
  // The one index serves counting by all these fields without touching a document, and finding a scope's results.
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

  /** Results of these checks in these accounts (of all when not given) that are still there, counted. */
  async tallies(scope: TeamScope, tool: string, where?: ChangedChecks): Promise<Tally[]> {
    const groups: GroupCount[] = [];
    const filters = where
      ? where.accounts.flatMap(({ provider, accountId }) =>
          [...inParts(where.checkIds)].map((ids) => ({
            checkId: { in: ids },
            provider,
            accountId,
          })),
        )
      : [{}];
    for (const filter of filters) {
      const counted = await this.of(scope).groupCount({ tool, present: true, ...filter }, GROUPED);
      for (const group of counted) groups.push(group);
    }
    return groups.map(({ key, count }): Tally => {
      // In the order of GROUPED.
      const [checkId, provider, accountId, region, standing, severity, exempt] = key as TallyKey;
      return { checkId, provider, accountId, region, standing, severity, exempt, count };
    });
  }

  /** All results that are still there, by id. */
  present(scope: TeamScope): AsyncIterable<CheckResult[]> {
    return this.of(scope).each({ present: true });
  }

  /** The results of one scope that are still there. */
  async *presentIn(
    scope: TeamScope,
    where: { tool: string; checkId: string; provider: string; accountId: string; region: string },
  ): AsyncIterable<CheckResult[]> {
    const { tool, checkId, provider, accountId, region } = where;
    yield* this.of(scope).each({ tool, present: true, checkId, provider, accountId, region });
  }
}
