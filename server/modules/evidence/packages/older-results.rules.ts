import type { ControlExplanation } from '../../../../contract/control.js';
import type { StoredEvidence } from '../items/evidence-item.js';

const DAY_MS = 86_400_000;

/**
 * States which results a control rests on although the package has no evidence of them: their evidence expired
 * before the period, or they are newer than it. Null when all of them are in the package.
 */
export function olderResults(
  controlId: string,
  inputs: ControlExplanation['inputs'],
  items: readonly StoredEvidence[],
): string | null {
  const scans = items.filter(
    ({ kind, controlIds }) => kind === 'scan' && controlIds.includes(controlId),
  );
  const missing = inputs.flatMap(({ tool, checkId, pass, fail, lastSeenAt }) => {
    if (pass + fail === 0 || lastSeenAt === null) return [];
    return scans.some((item) => shows(item, tool, lastSeenAt)) ? [] : [{ checkId, lastSeenAt }];
  });
  if (missing.length === 0) return null;
  const days = missing.map(({ lastSeenAt }) => lastSeenAt.slice(0, 10)).sort();
  const [first, last] = [days[0], days.at(-1)];
  const when = first === last ? `of ${first}` : `of ${first} to ${last}`;
  const checks = missing.length === 1 ? '1 check' : `${missing.length} checks`;
  return `It rests on results ${when} by ${checks}, of which no evidence is included: it was not valid in the period.`;
}

/** An item is dated by the newest result of its import, and an import takes hours at most. */
function shows({ source, collectedAt }: StoredEvidence, tool: string, seenAt: string): boolean {
  if (!source.tool?.split(/,\s*/).includes(tool)) return false;
  const later = Date.parse(collectedAt) - Date.parse(seenAt);
  return later >= 0 && later < DAY_MS;
}
