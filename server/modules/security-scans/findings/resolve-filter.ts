import { FINDING_CHANGES, type FindingFilter } from '../../../../contract/security-scans.js';
import type { Filter, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { InvalidInputError, UnavailableError } from '../../../platform/errors.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import type { ImportsRepository } from '../imports/imports.repository.js';
import type { ControlChecks } from './control-checks.js';
import type { ResolvedFilter } from './findings.repository.js';

export interface FilterSources {
  /** Null while compliance is unavailable. */
  controlChecks: () => ControlChecks | null;
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
  among.push(...(await judgedBy(sources, team, filter)));
  if (stale) {
    const inStaleScope = inScopes(await sources.scopes.stale(team, filter));
    const isMissed = { missedAt: { exists: true } };
    const isStale: Filter = { status: { ne: 'resolved' }, or: [inStaleScope, isMissed] };
    among.push(stale === 'true' ? isStale : { nor: [isStale] });
  }
  const isAnyStatus = filter.status?.length || change?.length;
  return { ...filter, ...(isAnyStatus ? {} : { status: ['open'] }), among };
}

/** Limits findings to those that a control is judged by, and to the accounts of a framework. */
async function judgedBy(
  { controlChecks }: FilterSources,
  team: TeamScope,
  { controlId, related, frameworkId }: FindingFilter,
): Promise<Filter[]> {
  if (!controlId?.length && frameworkId === undefined) return [];
  const checks = controlChecks();
  if (!checks) throw new UnavailableError('findings of controls need the module compliance');
  const among: Filter[] = [];
  if (controlId?.length) {
    const own = await checks.ofControls(team, controlId, related === 'true');
    among.push(anyOf(own, 'tool', 'checkId'));
  }
  if (frameworkId !== undefined) {
    const accounts = await checks.inFramework(team, frameworkId);
    if (accounts) among.push(anyOf(accounts, 'provider', 'accountId'));
  }
  return among;
}

/** One condition per value of the first field, with all values of the second beside it. */
function anyOf<K extends string, V extends string>(
  pairs: readonly Readonly<Record<K | V, string>>[],
  first: K,
  second: V,
): Filter {
  const groups = new Map<string, string[]>();
  for (const pair of pairs)
    groups.set(pair[first], [...(groups.get(pair[first]) ?? []), pair[second]]);
  return {
    or: [...groups].map(([key, values]): Filter => ({ [first]: key, [second]: { in: values } })),
  };
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
