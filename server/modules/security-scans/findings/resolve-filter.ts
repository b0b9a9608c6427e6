import type { FindingFilter } from '../../../../contract/security-scans.js';
import type { Filter, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import type { ImportsRepository } from '../imports/imports.repository.js';
import type { ResolvedFilter } from './findings.repository.js';

export interface FilterSources {
  scopes: Pick<ScopesRepository, 'idsLastReportedBy' | 'idsOfStale'>;
  imports: Pick<ImportsRepository, 'idsOfScans'>;
}

const CHANGED_BY = { opened: 'openedBy', reopened: 'reopenedBy', resolved: 'resolvedBy' } as const;

/** A filter as findings can be queried: the default status, and what imports and scopes know of them. */
export async function resolveFilter(
  sources: FilterSources,
  team: TeamScope,
  filter: FindingFilter,
): Promise<ResolvedFilter> {
  const { importId, scanId, change, stale } = filter;
  const among: Filter[] = [];
  if (importId?.length || scanId?.length) {
    const ids = importId?.length ? [importId] : [];
    if (scanId?.length) ids.push(await sources.imports.idsOfScans(team, scanId));
    for (const importIds of ids) among.push(await ofImports(sources, team, importIds, change));
  } else if (change?.length) {
    const message = 'needs importId or scanId beside it';
    throw new InvalidInputError(`query.change: ${message}`, {
      errors: [{ path: 'query.change', message }],
    });
  }
  if (stale) {
    const inStaleScope = inScopes(await sources.scopes.idsOfStale(team, filter));
    const isMissed = { missedAt: { exists: true } };
    const isStale: Filter = { status: { ne: 'resolved' }, or: [inStaleScope, isMissed] };
    among.push(stale === 'true' ? isStale : { nor: [isStale] });
  }
  const isAnyStatus = filter.status?.length || change?.length;
  return { ...filter, ...(isAnyStatus ? {} : { status: ['open'] }), among };
}

/** A repeated result is not written again, so its scope knows which import reported it last. */
async function ofImports(
  { scopes }: FilterSources,
  team: TeamScope,
  importIds: readonly string[],
  change: FindingFilter['change'],
): Promise<Filter> {
  const changed: Filter = { importIds: { in: [...importIds] } };
  if (change?.length) {
    const inThisWay = change.map((kind) => ({ [CHANGED_BY[kind]]: { in: [...importIds] } }));
    return { and: [changed, { or: inThisWay }] };
  }
  const reported = inScopes(await scopes.idsLastReportedBy(team, importIds));
  // One that its scope's last report lacked was not reported by it.
  const isReported = { ...reported, status: { ne: 'resolved' }, missedAt: { exists: false } };
  return { or: [changed, isReported] };
}

function inScopes(scopeIds: readonly string[]): Filter {
  return { or: [...inParts(scopeIds)].map((ids) => ({ scopeId: { in: ids } })) };
}
