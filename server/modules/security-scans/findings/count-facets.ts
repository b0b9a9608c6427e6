import type { FindingFacets } from '../../../../contract/finding-groups.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import type { Scalar, TeamScope } from '../../../platform/database/collection.js';
import {
  FACETS,
  type FacetField,
  type FindingsRepository,
  type ResolvedFilter,
} from './findings.repository.js';

/** One count by several fields, which gives several facets. */
interface Cube {
  fields: readonly (FacetField | 'severityRank')[];
  facets: readonly FacetField[];
}

/**
 * Counts with few groups, each along an index, take a tenth of the time of one count by all fields, which
 * has nearly as many groups as there are findings.
 */
const BY_INDEX: readonly Cube[] = [
  { fields: ['status', 'severity', 'service'], facets: ['status', 'severity', 'service'] },
  { fields: ['tool'], facets: ['tool'] },
  {
    fields: ['status', 'provider', 'accountId', 'region'],
    facets: ['provider', 'accountId', 'region'],
  },
];
/** A search reads every finding's text, so it counts once; the rank leads to the index that has the texts. */
const BY_TEXT: readonly Cube[] = [
  {
    fields: ['status', 'severityRank', 'service', 'provider', 'accountId', 'region', 'tool'],
    facets: FACETS,
  },
];

/** Counts per value of each filter field, each within the other filters. */
export async function countFacets(
  findings: FindingsRepository,
  scope: TeamScope,
  filter: ResolvedFilter,
): Promise<FindingFacets> {
  const counts = new Map(FACETS.map((facet) => [facet, new Map<string, number>()]));
  for (const { fields, facets } of filter.q?.trim() ? BY_TEXT : BY_INDEX) {
    // Values chosen for the counted fields are applied here, since a facet ignores its own filter.
    const others = { ...filter, ...Object.fromEntries(facets.map((facet) => [facet, undefined])) };
    for (const { key, count } of await findings.groupCount(scope, others, fields)) {
      const values = new Map(fields.map((field, i) => facetValue(field, key[i] ?? null)));
      const unchosen = facets.filter((facet) => !isChosen(filter, facet, values.get(facet)));
      for (const facet of unchosen.length === 0 ? facets : unchosen.length === 1 ? unchosen : []) {
        add(counts.get(facet), values.get(facet), count);
      }
    }
  }
  const facets = [...counts].map(([facet, values]) => [facet, mostFirst(values)]);
  return Object.fromEntries(facets) as FindingFacets;
}

function facetValue(field: Cube['fields'][number], value: Scalar): [field: string, value: string] {
  if (field !== 'severityRank') return [field, String(value)];
  return ['severity', SEVERITIES[Number(value)] ?? ''];
}

function isChosen(filter: ResolvedFilter, facet: FacetField, value = ''): boolean {
  const chosen: readonly string[] | undefined = filter[facet];
  return !chosen?.length || chosen.includes(value);
}

function add(values: Map<string, number> | undefined, value = '', count: number): void {
  values?.set(value, (values.get(value) ?? 0) + count);
}

function mostFirst(values: ReadonlyMap<string, number>): { value: string; count: number }[] {
  return [...values]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
