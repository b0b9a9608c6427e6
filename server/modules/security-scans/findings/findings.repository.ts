import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { FindingFilter, FindingStatus } from '../../../../contract/security-scans.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type {
  CollectionSpec,
  Filter,
  GroupCount,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export interface EndedTriage {
  status: FindingStatus;
  reason: string;
  actor: string;
}

/** A fail with a life. Has the id of its check result. */
export interface StoredFinding extends TeamDoc {
  tool: string;
  checkId: string;
  title: string;
  severity: Severity;
  /** 0 critical … 4 informational, to sort by. */
  severityRank: number;
  rawSeverity: string;
  status: FindingStatus;
  provider: string;
  accountId: string;
  accountName: string;
  region: string;
  service: string;
  resourceUid: string;
  resourceName: string;
  resourceType: string;
  observed: string;
  details?: FindingDetails;
  verdict: Verdict;
  firstSeenAt: string;
  lastSeenAt: string;
  resolvedAt: string | null;
  resolvedBy: string | null;
  resolution: 'passed' | 'gone' | null;
  reopenedCount: number;
  triage: {
    reason: string;
    actor: string;
    at: string;
    expiresAt: string | null;
    byTool: boolean;
  } | null;
  /** When a person's triage ends, to find those that have; when it ended, of one that is open since. */
  triageExpiresAt: string | null;
  /** The person's triage that ran out, as long as nobody and no report has said anything since. */
  endedTriage?: EndedTriage;
  /** Lower-case text that a search looks into. */
  searchText: string;
  scopeId: string;
}

/** The fields that lists are narrowed and counted by. */
export const FACETS = ['severity', 'status', 'service', 'provider', 'accountId', 'region'] as const;
export type FacetField = (typeof FACETS)[number];

const findings: CollectionSpec<StoredFinding> = {
  name: 'findings',
  scope: 'team',
  fields: {
    tool: 'string',
    checkId: 'string',
    title: 'string',
    severity: 'string',
    severityRank: 'number',
    status: 'string',
    service: 'string',
    provider: 'string',
    accountId: 'string',
    region: 'string',
    lastSeenAt: 'string',
    triageExpiresAt: 'string',
    searchText: 'string',
  },
  indexes: [
    // In a list's order; what follows the id is looked at in the index, so that a rare word or value is found without reading every finding.
    [
      'status',
      'severityRank',
      'id',
      'severity',
      'service',
      'provider',
      'accountId',
      'region',
      'searchText',
    ],
    // In the orders in which they are grouped, so that counting walks the index and sorts nothing.
    ['status', 'provider', 'accountId', 'region', 'severity', 'service'],
    ['status', 'severity', 'service', 'provider', 'accountId', 'region'],
    ['status', 'tool', 'checkId', 'severity', 'provider', 'accountId', 'region'],
    ['checkId', 'status', 'severityRank'],
    ['triageExpiresAt'],
  ],
};

export class FindingsRepository extends TeamRepository<StoredFinding> {
  static readonly database = 'securityScans';
  static readonly specs = [findings];
  protected readonly spec = findings;

  get(scope: TeamScope, id: string): Promise<StoredFinding | null> {
    return this.of(scope).get(id);
  }

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, StoredFinding>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((finding) => [finding.id, finding]));
  }

  put(scope: TeamScope, items: readonly StoredFinding[]) {
    return this.of(scope).putMany(items);
  }

  page(scope: TeamScope, filter: FindingFilter, limit: number, cursor?: string) {
    return this.of(scope).find(where(filter), {
      sort: ['severityRank'],
      limit,
      after: cursor ?? null,
    });
  }

  count(scope: TeamScope, filter: FindingFilter): Promise<number> {
    return this.of(scope).count(where(filter));
  }

  groupCount(
    scope: TeamScope,
    filter: FindingFilter,
    fields: readonly string[],
  ): Promise<GroupCount[]> {
    return this.of(scope).groupCount(where(filter), fields);
  }

  /** Findings whose triage by a person has run out. */
  async expired(scope: TeamScope, now: string): Promise<StoredFinding[]> {
    const page = await this.of(scope).find(
      {
        status: { in: ['suppressed', 'accepted', 'false_positive'] },
        triageExpiresAt: { lte: now, exists: true },
      },
      { limit: 1_000 },
    );
    return page.items;
  }

  /** Open findings whose triage by a person has run out, and about which nothing was decided since. */
  async reopened(scope: TeamScope, now: string): Promise<StoredFinding[]> {
    const found: StoredFinding[] = [];
    // By the end alone: few findings have one, and nearly all may be open.
    const filter: Filter = { triageExpiresAt: { lte: now, exists: true } };
    for await (const page of this.of(scope).each(filter)) {
      found.push(...page.filter(({ status }) => status === 'open'));
    }
    return found;
  }
}

export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function where(filter: FindingFilter): Filter {
  const { q, checkId } = filter;
  const conditions: Filter = {};
  for (const field of FACETS) {
    const values = filter[field];
    if (values?.length) conditions[field] = oneOf(values);
  }
  if (checkId?.length) conditions.checkId = oneOf(checkId);
  if (q?.trim()) conditions.searchText = { contains: q.trim().toLowerCase() };
  return conditions;
}

function oneOf(values: readonly string[]) {
  return values.length === 1 ? (values[0] ?? null) : { in: values };
}
