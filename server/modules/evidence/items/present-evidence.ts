import type { EvidenceItem } from '../../../../contract/evidence.js';
import { isValidAt, qualityOf } from './evidence.rules.js';
import type { StoredEvidence } from './stored-evidence.js';

/** An item as it is told, with what follows from the moment. */
export function presentEvidence(item: StoredEvidence, now: string): EvidenceItem {
  const newest = item.revisions.at(-1);
  if (!newest) throw new TypeError(`evidence ${item.id} has no revision`);
  return {
    ...item,
    state: stateAt(item, now),
    requirements: item.requirements.map(requirementOf),
    valid: isValidAt(item, now),
    quality: qualityOf(item, now),
    revision: newest,
  };
}

/** The job that marks what has expired comes every few minutes; nobody shall see a wrong state until then. */
function stateAt({ state, expiresAt }: StoredEvidence, now: string): StoredEvidence['state'] {
  return state !== 'rejected' && expiresAt <= now ? 'expired' : state;
}

/** Framework ids have no slash, requirement ids may. */
export function requirementOf(reference: string): { framework: string; requirement: string } {
  const at = reference.indexOf('/');
  return { framework: reference.slice(0, at), requirement: reference.slice(at + 1) };
}
