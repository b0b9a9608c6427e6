import { FINDING_CHANGES, type FindingFilter } from '../../../../contract/security-scans.js';
import type { Filter, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import type { ImportsRepository } from '../imports/imports.repository.js';
import type { ResolvedFilter } from './findings.repository.js';

export interface FilterSources {
  scopes: Pick<ScopesRepository, 'lastReportedBy' | 'stale'>;
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
    const inStaleScope = inScopes(await sources.scopes.stale(team, filter));
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
  const kinds = change?.length ? change : FINDING_CHANGES;
  const changed = kinds.map((kind): Filter => ({ [CHANGED_BY[kind]]: { in: [...importIds] } }));
  if (change?.length) return { or: changed };
  const reported = inScopes(await scopes.lastReportedBy(team, importIds));
  // One that its scope's last report lacked was not reported by it.
  const isReported = { ...reported, status: { ne: 'resolved' }, missedAt: { exists: false } };
  return { or: [...changed, isReported] };
}

/** By check too, which the index of findings has in front. */
function inScopes(scopes: readonly { id: string; checkId: string }[]): Filter {
  const parts = [...inParts(scopes)].map((part): Filter => {
    const checkIds = [...new Set(part.map(({ checkId }) => checkId))];
    return { checkId: { in: checkIds }, scopeId: { in: part.map(({ id }) => id) } };
  });
  return { or: parts };
}
