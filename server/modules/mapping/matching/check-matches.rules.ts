import type { CheckEvidence } from '../../security-scans/index.js';
import type { ControlMatch } from './control-matcher.js';

export function checkKey({ tool, checkId }: { tool: string; checkId: string }): string {
  return `${tool}/${checkId}`;
}

type Described = CheckEvidence['checks'][number];

/** Descriptions by check: several when checks of two providers have the same id. */
export function providersOf(
  checks: readonly Described[],
): Map<string, [Described, ...Described[]]> {
  const described = new Map<string, [Described, ...Described[]]>();
  for (const item of checks) {
    const key = checkKey({ tool: item.tool, checkId: item.check.id });
    const known = described.get(key);
    if (known) known.push(item);
    else described.set(key, [item]);
  }
  return described;
}

/** The best match of each control: by tier, then by confidence. */
export function strongest(found: readonly ControlMatch[]): ControlMatch[] {
  const best = new Map<string, ControlMatch>();
  for (const match of found) {
    const { tier, confidence } = match.reason;
    const known = best.get(match.controlId)?.reason;
    const isBetter =
      !known || tier < known.tier || (tier === known.tier && confidence > known.confidence);
    if (isBetter) best.set(match.controlId, match);
  }
  return [...best.values()];
}
