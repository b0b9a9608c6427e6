import type { EvidenceItem } from '../../../../contract/evidence.js';
import { currentRequirementId } from '../../catalogue/index.js';
import { isValidAt, qualityOf } from './evidence.rules.js';
import type { StoredEvidence } from './evidence-item.js';

/** An item as clients see it, with state and validity at this moment. */
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

/** Shows expiry at once, though the job that stores it runs every few minutes. */
function stateAt({ state, expiresAt }: StoredEvidence, now: string): StoredEvidence['state'] {
  return state !== 'rejected' && expiresAt <= now ? 'expired' : state;
}

/** By its current id. Framework ids have no slash, requirement ids may. */
export function requirementOf(reference: string): { framework: string; requirement: string } {
  const at = reference.indexOf('/');
  const framework = reference.slice(0, at);
  return { framework, requirement: currentRequirementId(framework, reference.slice(at + 1)) };
}

/** `framework/requirement` with the requirement's current id. */
export function currentReference(reference: string): string {
  const { framework, requirement } = requirementOf(reference);
  return `${framework}/${requirement}`;
}
