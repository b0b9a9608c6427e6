import type { FrameworkSummary } from '../../../../contract/compliance.js';
import { type Framework, isCounted } from '../../catalogue/index.js';
import { countedControls } from './passing.rules.js';
import { type PostureInputs, postureOf } from './posture.rules.js';

/** What the score lost to expired evidence: its difference from the score if none had expired. */
export function lostToExpiry(
  framework: Framework,
  inputs: PostureInputs,
  score: number | null,
): Pick<FrameworkSummary, 'expired'> {
  const lapsed = (id: string) => inputs.standingOf?.(id, framework.id)?.lapsed;
  const ids = new Set<string>();
  for (const id of countedControls(framework)) if (lapsed(id) !== undefined) ids.add(id);
  if (ids.size === 0) return {};
  const requirements = framework.requirements.filter(
    (each) => isCounted(each) && each.controls.some(({ controlId }) => ids.has(controlId)),
  );
  const fresh = postureOf(framework, {
    ...inputs,
    statusOf: (id, frameworkId) => lapsed(id) ?? inputs.statusOf(id, frameworkId),
  });
  const points = Math.round(((fresh.score ?? 0) - (score ?? 0)) * 10) / 10;
  return { expired: { controls: ids.size, requirements: requirements.length, points } };
}
