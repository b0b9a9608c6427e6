import type { EvidenceCoverage, EvidenceGap } from '../../../../contract/evidence-packages.js';
import type { RequirementState } from '../../../../contract/framework.js';
import { COUNTING, isValidAt } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { currentReference } from '../items/present-evidence.js';

/** What valid evidence supports at one moment. */
export interface Supported {
  controls: ReadonlySet<string>;
  /** `framework/requirement`. */
  requirements: ReadonlySet<string>;
}

export function supportedBy(items: readonly StoredEvidence[], now: string): Supported {
  const valid = items.filter((item) => isValidAt(item, now));
  return {
    controls: new Set(valid.flatMap(({ controlIds }) => controlIds)),
    requirements: new Set(valid.flatMap(({ requirements }) => requirements.map(currentReference))),
  };
}

const ATTESTATION = 'attestation';

/**
 * The share of a requirement with evidence, 0 … 1: all of it when evidence supports the requirement itself, else the
 * share of its controls; a required attestation counts as one more member.
 */
export function shareOf(
  frameworkId: string,
  state: Pick<RequirementState, 'id' | 'controls' | 'attestationNeeded' | 'attestation'>,
  { controls, requirements }: Supported,
): { share: number; missing: string[] } {
  if (requirements.has(`${frameworkId}/${state.id}`) && !state.attestationNeeded) {
    return { share: 1, missing: [] };
  }
  const members = state.controls.map(({ id }) => ({ id, has: controls.has(id) }));
  const isDirect = requirements.has(`${frameworkId}/${state.id}`);
  if (state.attestationNeeded || members.length === 0) {
    members.push({ id: ATTESTATION, has: state.attestation !== null || isDirect });
  }
  const missing = members.filter(({ has }) => !has).map(({ id }) => id);
  return { share: (members.length - missing.length) / members.length, missing };
}

/** Weight of requirements without controls, as in scores. */
const OWN_WEIGHT = 5;

export function coverageOf(
  framework: { id: string; name: string; requirementStates: readonly RequirementState[] },
  supported: Supported,
): EvidenceCoverage {
  let [covered, partly, weights, sum] = [0, 0, 0, 0];
  const states = framework.requirementStates.filter(({ counted }) => counted !== false);
  for (const state of states) {
    if (state.status === 'not_applicable') continue;
    const { share } = shareOf(framework.id, state, supported);
    if (share === 1) covered += 1;
    else if (share > 0) partly += 1;
    const weight = state.weight || OWN_WEIGHT;
    weights += weight;
    sum += weight * share;
  }
  const coverage = weights === 0 ? 0 : Math.round((sum / weights) * 1_000) / 10;
  const { id: frameworkId, name } = framework;
  return { frameworkId, name, requirements: states.length, covered, partly, coverage };
}

/** Why a control has no valid evidence or will soon lose it; null otherwise. */
export function gapOf(
  items: readonly StoredEvidence[],
  now: string,
  until: string,
): Pick<EvidenceGap, 'reason' | 'expiresAt' | 'evidenceId'> | null {
  const existing = items.filter(({ deletedAt }) => deletedAt === null);
  const valid = existing.filter((item) => isValidAt(item, now));
  const last = latest(valid);
  if (last && last.expiresAt > until) return null;
  if (last) return { reason: 'expiring', expiresAt: last.expiresAt, evidenceId: last.id };
  const upcoming = existing.find(
    ({ state, effectiveFrom, expiresAt }) =>
      COUNTING.includes(state) && effectiveFrom > now && expiresAt > effectiveFrom,
  );
  if (upcoming) return { reason: 'not_yet', expiresAt: null, evidenceId: upcoming.id };
  const waiting = existing.find(
    ({ state, expiresAt }) => state === 'pending_review' && expiresAt > now,
  );
  if (waiting) return { reason: 'in_review', expiresAt: null, evidenceId: waiting.id };
  const expired = latest(existing.filter(({ expiresAt }) => expiresAt <= now));
  if (expired) return { reason: 'expired', expiresAt: expired.expiresAt, evidenceId: expired.id };
  const rejected = existing.find(({ state }) => state === 'rejected');
  if (rejected) return { reason: 'rejected', expiresAt: null, evidenceId: rejected.id };
  return { reason: 'none', expiresAt: null, evidenceId: null };
}

function latest(items: readonly StoredEvidence[]): StoredEvidence | undefined {
  return items.reduce<StoredEvidence | undefined>(
    (last, item) => (last === undefined || item.expiresAt > last.expiresAt ? item : last),
    undefined,
  );
}
