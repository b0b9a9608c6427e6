import type { FrameworkSummary } from '../../../../contract/compliance.js';
import { type Framework, isCounted } from '../../catalogue/index.js';
import { countedControls } from './passing.rules.js';
import { type FrameworkPosture, type PostureInputs, postureOf } from './posture.rules.js';

interface ExpiryLoss {
  expired?: FrameworkSummary['expired'];
  /** Percentage points of the framework's score by requirement, with two decimals; those that lost none are left out. */
  byRequirement: ReadonlyMap<string, number>;
}

/** What the score lost to expired evidence: its difference from the score if none had expired. */
export function lostToExpiry(
  framework: Framework,
  inputs: PostureInputs,
  posture: FrameworkPosture,
): ExpiryLoss {
  const lapsed = (id: string) => inputs.standingOf?.(id, framework.id)?.lapsed;
  const ids = new Set<string>();
  for (const id of countedControls(framework)) if (lapsed(id) !== undefined) ids.add(id);
  if (ids.size === 0) return { byRequirement: new Map() };
  const requirements = framework.requirements.filter(
    (each) => isCounted(each) && each.controls.some(({ controlId }) => ids.has(controlId)),
  );
  const fresh = postureOf(framework, {
    ...inputs,
    statusOf: (id, frameworkId) => lapsed(id) ?? inputs.statusOf(id, frameworkId),
  });
  const points = Math.round(((fresh.score ?? 0) - (posture.score ?? 0)) * 10) / 10;
  return {
    expired: { controls: ids.size, requirements: requirements.length, points },
    byRequirement: lossByRequirement(posture, fresh),
  };
}

function lossByRequirement(
  { requirementPostures: now }: FrameworkPosture,
  { requirementPostures: fresh }: FrameworkPosture,
): Map<string, number> {
  const values = new Map(now.map(({ id, value }) => [id, value]));
  const applicable = fresh.filter(({ status }) => status !== 'not_applicable');
  const total = applicable.reduce((sum, { weight }) => sum + weight, 0);
  const lost = applicable.map(({ id, weight, value }): [string, number] => {
    const share = (weight * (value - (values.get(id) ?? 0))) / total;
    return [id, Math.round(share * 10_000) / 100];
  });
  return new Map(lost.filter(([, points]) => points > 0));
}
