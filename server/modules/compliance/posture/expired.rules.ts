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
  const controls = [...countedControls(framework)].filter((id) => lapsed(id) !== undefined);
  if (controls.length === 0) return {};
  const ids = new Set(controls);
  const requirements = framework.requirements.filter(
    (each) => isCounted(each) && each.controls.some(({ controlId }) => ids.has(controlId)),
  );
  const fresh = postureOf(framework, {
    ...inputs,
    statusOf: (id, frameworkId) => lapsed(id) ?? inputs.statusOf(id, frameworkId),
  });
  const points = Math.round(((fresh.score ?? 0) - (score ?? 0)) * 10) / 10;
  return { expired: { controls: controls.length, requirements: requirements.length, points } };
}
