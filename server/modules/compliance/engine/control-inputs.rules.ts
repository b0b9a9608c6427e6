import type { CheckEvidence } from '../../security-scans/index.js';
import type { ControlMatch } from '../matching/control-matcher.js';
import type { CheckMatches } from './check-matches.repository.js';
import type { TallyMatch } from './evidence.rules.js';
import { checkKey } from './tallies.rules.js';

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

export function inputsByControl(
  matched: readonly CheckMatches[],
  tallies: ReadonlyMap<string, TallyMatch['tally'][]>,
): Map<string, TallyMatch[]> {
  const inputs = new Map<string, TallyMatch[]>();
  for (const item of matched) {
    for (const { controlId, reason } of item.matches) {
      const list = inputs.get(controlId) ?? [];
      for (const tally of tallies.get(checkKey(item)) ?? []) list.push({ tally, match: reason });
      inputs.set(controlId, list);
    }
  }
  return inputs;
}

export function providersByCheck(scopes: CheckEvidence['scopes']): Map<string, Set<string>> {
  const providers = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const known = providers.get(checkKey(scope)) ?? new Set();
    providers.set(checkKey(scope), known.add(scope.provider));
  }
  return providers;
}
