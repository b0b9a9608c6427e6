import type { z } from 'zod';
import type { listEvidence } from '../../../../contract/evidence.js';
import type { Filter, TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Compliance } from '../../compliance/index.js';

export type EvidenceQuery = z.output<NonNullable<typeof listEvidence.query>>;

/** A query as a filter of stored items. Throws NotFoundError for an unknown framework. */
export async function evidenceFilter(
  catalogues: Compliance['catalogues'],
  team: TeamScope,
  { state, kind, control, framework, expiringDays, q, deleted }: EvidenceQuery,
  now: string,
): Promise<Filter> {
  const and: Filter[] = [{ deletedAt: { exists: deleted } }];
  if (state) and.push({ state: { in: state } });
  if (kind) and.push({ kind: { in: kind } });
  if (control) and.push({ controlIds: control });
  if (q) and.push({ searched: { contains: q.toLowerCase() } });
  if (expiringDays !== undefined) {
    const until = new Date(Date.parse(now) + expiringDays * 86_400_000).toISOString();
    and.push({ expiresAt: { gt: now, lte: until }, state: { nin: ['rejected', 'expired'] } });
  }
  if (framework) and.push({ or: await supporting(catalogues, team, framework) });
  return { and };
}

/** Filters for evidence of a framework: for the controls of its requirements, or for a requirement itself. */
async function supporting(
  catalogues: Compliance['catalogues'],
  team: TeamScope,
  frameworkId: string,
): Promise<Filter[]> {
  const catalogue = await catalogues.of(team);
  const requirements = catalogue.frameworks.get(frameworkId)?.requirements;
  if (!requirements) throw new NotFoundError('no such framework', { frameworkId });
  const controls = requirements.flatMap((one) => one.controls.map(({ controlId }) => controlId));
  const direct = requirements.flatMap(({ id, formerly = [] }) =>
    [id, ...formerly].map((each) => `${frameworkId}/${each}`),
  );
  return [
    ...[...new Set(controls)].map((controlIds) => ({ controlIds })),
    ...direct.map((reference) => ({ requirements: reference })),
  ];
}
