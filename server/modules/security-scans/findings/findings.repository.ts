import type { FindingFilter } from '../../../../contract/security-scans.js';
import type {
  CollectionSpec,
  Filter,
  GroupCount,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredFinding } from './stored-finding.js';

/** The fields by which lists are filtered and counted. */
export const FACETS = [
  'severity',
  'status',
  'tool',
  'service',
  'provider',
  'accountId',
  'region',
] as const;
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
    triagedAt: 'string',
    searchText: 'string',
    scopeId: 'string',
    missedAt: 'string',
    openedBy: 'string',
    reopenedBy: 'string',
    resolvedBy: 'string',
  },
  indexes: [
    // In a list's order. The fields after the id are compared within the index: a rare word or value is found without reading every finding.
    [
      'status',
      'severityRank',
      'id',
      'severity',
      'service',
      'provider',
      'accountId',
      'region',
      'tool',
      'searchText',
    ],
    // In the orders of grouping, so that counting walks the index without sorting.
    ['status', 'provider', 'accountId', 'region', 'severity', 'service', 'tool'],
    ['status', 'severity', 'service', 'provider', 'accountId', 'region', 'tool'],
    ['status', 'tool', 'checkId', 'severity', 'provider', 'accountId', 'region', 'service'],
    // With the scope, so that those of an import's scopes are found within the index.
    ['checkId', 'status', 'severityRank', 'scopeId'],
    ['openedBy'],
  ],
  sparse: ['triageExpiresAt', 'triagedAt', 'reopenedBy', 'resolvedBy', 'missedAt'],
};

/** A filter with what only other collections know of it: see `resolveFilter`. */
export type ResolvedFilter = FindingFilter & { among?: readonly Filter[] };

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

  /** Changes its triage if neither a report nor a person has changed the finding since it was read; null otherwise. */
  changeTriage(
    scope: TeamScope,
    { id, status, lastSeenAt, triageExpiresAt }: StoredFinding,
    after: StoredFinding,
  ): Promise<StoredFinding | null> {
    const { endedTriage, triagedAt } = after;
    const { status: to, triage, triageExpiresAt: expiresAt } = after;
    const set = { status: to, triage, triageExpiresAt: expiresAt, triagedAt, endedTriage };
    const unset = endedTriage ? [] : ['endedTriage'];
    const unchanged = { status, lastSeenAt, triageExpiresAt };
    return this.of(scope).update(id, { set, unset }, unchanged);
  }

  removeAll(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }

  page(scope: TeamScope, filter: ResolvedFilter, limit: number, cursor?: string) {
    return this.of(scope).find(where(filter), {
      sort: ['severityRank'],
      limit,
      after: cursor ?? null,
    });
  }

  count(scope: TeamScope, filter: ResolvedFilter): Promise<number> {
    return this.of(scope).count(where(filter));
  }

  groupCount(
    scope: TeamScope,
    filter: ResolvedFilter,
    fields: readonly string[],
  ): Promise<GroupCount[]> {
    return this.of(scope).groupCount(where(filter), fields);
  }

  /** Ids of findings that a person triaged or reopened since then. */
  async triagedSince(scope: TeamScope, at: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.of(scope).each({ triagedAt: { gte: at } })) {
      for (const { id } of page) ids.push(id);
    }
    return ids;
  }

  /** Findings whose triage by a person has expired. */
  async expired(scope: TeamScope, now: string, limit = 1_000): Promise<StoredFinding[]> {
    const page = await this.of(scope).find(
      {
        status: { in: ['suppressed', 'accepted', 'false_positive'] },
        triageExpiresAt: { lte: now, exists: true },
      },
      { limit },
    );
    return page.items;
  }

  /** Open findings whose triage by a person has expired, without a new decision since. */
  async reopened(scope: TeamScope, now: string): Promise<StoredFinding[]> {
    const found: StoredFinding[] = [];
    // Filtered by the end alone: few findings have one, and nearly all may be open.
    const filter: Filter = { triageExpiresAt: { lte: now, exists: true } };
    for await (const page of this.of(scope).each(filter)) {
      found.push(...page.filter(({ status }) => status === 'open'));
    }
    return found;
  }
}

function where(filter: ResolvedFilter): Filter {
  const { q, checkId } = filter;
  const conditions: Filter = {};
  for (const field of FACETS) {
    const values = filter[field];
    if (values?.length) conditions[field] = oneOf(values);
  }
  if (checkId?.length) conditions.checkId = oneOf(checkId);
  if (q?.trim()) conditions.searchText = { contains: q.trim().toLowerCase() };
  if (filter.among?.length) conditions.and = filter.among;
  return conditions;
}

function oneOf(values: readonly string[]) {
  return values.length === 1 ? (values[0] ?? null) : { in: values };
}
