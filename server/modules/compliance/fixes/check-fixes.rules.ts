import type { CheckFix } from '../../../../contract/compliance.js';
import type { Framework } from '../../catalogue/index.js';
import { isCounted } from '../../catalogue/index.js';
import type { CheckTally } from '../engine/evidence.rules.js';
import { sumsOf } from '../engine/evidence.rules.js';
import { countedControls, type PassingResults } from '../posture/passing.rules.js';
import {
  type PostureInputs,
  postureOf,
  type RequirementPosture,
  requirementOf,
  weightOf,
} from '../posture/posture.rules.js';
import { WHOLE } from '../scoping/scoping.rules.js';
import type { ChangedControl, FixForecast } from './fix-forecast.rules.js';

/** How many accounts a fix names. */
const MAX_ACCOUNTS = 20;

export interface FixesInputs {
  frameworks: readonly Framework[];
  posture: PostureInputs;
  passing: PassingResults;
  scopeOf: (frameworkId: string) => string;
}

/** The fixes that move a figure of these frameworks, by what they move. */
export function fixesOf(forecasts: readonly FixForecast[], inputs: FixesInputs): CheckFix[] {
  const bases = inputs.frameworks.map((framework) => baseOf(framework, inputs));
  return forecasts
    .map((forecast) => fixOf(forecast, bases, inputs))
    .filter(({ frameworks }) => frameworks.length > 0)
    .sort(
      (a, b) =>
        b.gain - a.gain ||
        passingOf(b) - passingOf(a) ||
        b.findings - a.findings ||
        (a.checkId < b.checkId ? -1 : 1),
    );
}

interface Base {
  framework: Framework;
  scopeId: string;
  controls: ReadonlySet<string>;
  postures: ReadonlyMap<string, RequirementPosture>;
  weight: number;
}

function baseOf(framework: Framework, { posture, scopeOf }: FixesInputs): Base {
  const { requirementPostures } = postureOf(framework, posture);
  return {
    framework,
    scopeId: scopeOf(framework.id),
    controls: countedControls(framework),
    postures: new Map(requirementPostures.map((each) => [each.id, each])),
    weight: weightOf(requirementPostures),
  };
}

function fixOf(forecast: FixForecast, bases: readonly Base[], inputs: FixesInputs): CheckFix {
  const { controls } = inputs.posture.catalogue;
  const { tool, checkId, title, severity, findings, accounts, controlIds, changed } = forecast;
  const frameworks = bases.flatMap((base) => {
    const { id, name } = base.framework;
    const gain = gainOf(changed, base, inputs.posture);
    const passing = passingGain(forecast, base, inputs.passing);
    return gain > 0 || passing > 0 ? [{ id, name, gain, passing }] : [];
  });
  const everywhere = changed
    .filter(({ scopeId }) => scopeId === WHOLE)
    .map(({ controlId: id, to }) => ({ id, title: controls.get(id)?.title ?? id, to }));
  return {
    ...{ tool, checkId, title, severity, findings },
    accounts: [...accounts].sort().slice(0, MAX_ACCOUNTS),
    accountsTotal: accounts.length,
    controls: controlIds.size,
    completes: everywhere
      .filter(({ to }) => to === 'implemented')
      .map(({ to: _, ...control }) => control),
    raises: everywhere.filter(({ to }) => to !== 'implemented'),
    gain: Math.round(frameworks.reduce((sum, { gain }) => sum + gain, 0) * 10) / 10,
    frameworks: frameworks.sort((a, b) => b.gain - a.gain || b.passing - a.passing),
  };
}

/** Percentage points of the framework's score. */
function gainOf(changed: readonly ChangedControl[], base: Base, posture: PostureInputs): number {
  const { framework, scopeId, postures, weight } = base;
  const after = new Map(
    changed.filter((each) => each.scopeId === scopeId).map((each) => [each.controlId, each]),
  );
  if (after.size === 0 || weight === 0) return 0;
  const fixed: PostureInputs = {
    ...posture,
    statusOf: (id, frameworkId) => after.get(id)?.to ?? posture.statusOf(id, frameworkId),
    standingOf: (id, frameworkId) => {
      const before = posture.standingOf?.(id, frameworkId);
      const change = after.get(id);
      if (!change) return before;
      const { to: status, incomplete } = change;
      return { status, incomplete, stated: before?.stated ?? [] };
    },
  };
  const requirements = framework.requirements.filter(
    (each) => isCounted(each) && each.controls.some(({ controlId }) => after.has(controlId)),
  );
  const sum = requirements.reduce((total, requirement) => {
    const before = postures.get(requirement.id)?.value ?? 0;
    const { weight, value } = requirementOf(framework, requirement, fixed);
    return total + weight * (value - before);
  }, 0);
  return points(sum / weight);
}

/** Percentage points of the framework's share of passing results. */
function passingGain(
  { conclusive }: FixForecast,
  { framework, controls }: Base,
  passing: PassingResults,
): number {
  const own = new Map<CheckTally, boolean>();
  for (const { controlId, tally, counts } of conclusive) {
    if (!controls.has(controlId) || !passing.isInScope(framework.id, tally)) continue;
    own.set(tally, counts || (own.get(tally) ?? false));
  }
  if (own.size === 0) return 0;
  const { pass, fail } = passing.sumsOf(framework);
  const after = { pass, fail };
  for (const [tally, counts] of own) {
    const { failWeight } = sumsOf(tally);
    after.fail -= failWeight;
    if (counts) after.pass += failWeight;
  }
  const total = after.pass + after.fail;
  return total === 0 ? 0 : points(after.pass / total - pass / (pass + fail));
}

function passingOf({ frameworks }: CheckFix): number {
  return frameworks.reduce((sum, { passing }) => sum + passing, 0);
}

function points(share: number): number {
  return Math.round(share * 10_000) / 100;
}
