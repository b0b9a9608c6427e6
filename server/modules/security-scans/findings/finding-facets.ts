import type { FindingFacets, FindingFilter } from '../../../../contract/security-scans.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { FACETS, type FacetField, type FindingsRepository } from './findings.repository.js';

type Field = FacetField | 'severityRank';

/**
 * What is counted together. Two counts of few groups, each along an index, take a tenth of the time of one
 * count by all fields, whose groups are nearly as many as the findings.
 */
const TOGETHER: readonly Field[][] = [
  ['status', 'severity', 'service'],
  ['status', 'provider', 'accountId', 'region'],
];
/** For a search, which looks into every finding's text: once is better than twice. The rank leads to the index that has the texts. */
const AT_ONCE: readonly Field[][] = [
  ['status', 'severityRank', 'service', 'provider', 'accountId', 'region'],
];

/** Counts per value of each filter field, each within the other filters. */
export async function countFacets(
  findings: FindingsRepository,
  scope: TeamScope,
  filter: FindingFilter,
): Promise<FindingFacets> {
  const counts = new Map(FACETS.map((facet) => [facet, new Map<string, number>()]));
  const add = (facet: FacetField, value: string, count: number) => {
    const values = counts.get(facet);
    values?.set(value, (values.get(value) ?? 0) + count);
  };
  const statuses = new Set<string>(filter.status);
  const ofAnyStatus = { ...filter, status: undefined };
  for (const [turn, fields] of (filter.q?.trim() ? AT_ONCE : TOGETHER).entries()) {
    const within = turn === 0 ? ofAnyStatus : filter;
    for (const { key, count } of await findings.groupCount(scope, within, fields)) {
      if (turn === 0) add('status', String(key[0]), count);
      if (!statuses.has(String(key[0]))) continue;
      for (const [i, field] of fields.entries()) {
        if (field === 'severityRank') add('severity', SEVERITIES[Number(key[i])] ?? '', count);
        else if (field !== 'status') add(field, String(key[i]), count);
      }
    }
  }
  // A field with a choice needs its own count, without that choice.
  for (const facet of FACETS) {
    if (facet === 'status' || !filter[facet]?.length) continue;
    counts.set(facet, new Map());
    const others = { ...filter, [facet]: undefined };
    for (const { key, count } of await findings.groupCount(scope, others, [facet])) {
      add(facet, String(key[0]), count);
    }
  }
  return Object.fromEntries(
    [...counts].map(([facet, values]) => [facet, mostFirst(values)]),
  ) as FindingFacets;
}

function mostFirst(values: ReadonlyMap<string, number>): { value: string; count: number }[] {
  return [...values]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
