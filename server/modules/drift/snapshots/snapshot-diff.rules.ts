import type { SnapshotDiff } from '../../../../contract/drift.js';
import {
  findingsMoved,
  type ResultChanges,
  resultChanges,
} from '../episodes/result-changes.rules.js';
import { type ControlSnapshot, hasOtherSettings, type TeamState } from '../state/team-state.js';

const MAX_REQUIREMENTS = 2_000;

/** The differences between two states, by their content alone. */
export function diffOf(
  from: TeamState,
  to: TeamState,
  titleOf: (controlId: string) => string,
): Omit<SnapshotDiff, 'from' | 'to'> {
  const settingsChanged = hasOtherSettings(from, to);
  const changes = resultChanges(from, to);
  const controls = keysOf(from.controls, to.controls).flatMap((id) => {
    const [was, is] = [from.controls.get(id), to.controls.get(id)];
    if (was?.status === is?.status && was?.openFindings === is?.openFindings) return [];
    return [
      {
        id,
        title: titleOf(id),
        from: was?.status ?? null,
        to: is?.status ?? null,
        openFindings: { from: was?.openFindings ?? 0, to: is?.openFindings ?? 0 },
        causes: causesOf(was, is, { settingsChanged, changes }),
      },
    ];
  });
  const requirements = requirementsMoved(from, to);
  return {
    definitionChanged: from.ruleVersion !== to.ruleVersion,
    settingsChanged,
    controls,
    requirements: requirements.slice(0, MAX_REQUIREMENTS),
    requirementsTotal: requirements.length,
    frameworks: frameworksMoved(from, to),
    findings: findingsMoved(from, to),
  };
}

function frameworksMoved(from: TeamState, to: TeamState): SnapshotDiff['frameworks'] {
  return keysOf(from.frameworks, to.frameworks).flatMap((id) => {
    const [was, is] = [from.frameworks.get(id), to.frameworks.get(id)];
    if (was?.score === is?.score && was?.coverage === is?.coverage) return [];
    return [
      {
        id,
        name: is?.name ?? was?.name ?? id,
        score: { from: was?.score ?? null, to: is?.score ?? null },
        coverage: { from: was?.coverage ?? null, to: is?.coverage ?? null },
      },
    ];
  });
}

function requirementsMoved(from: TeamState, to: TeamState): SnapshotDiff['requirements'] {
  return keysOf(from.frameworks, to.frameworks).flatMap((framework) => {
    const [was, is] = [from.frameworks.get(framework), to.frameworks.get(framework)];
    // A framework that was added or removed did not change its requirements.
    if (!was || !is) return [];
    // Maps, as the id of a custom requirement may be a property of every object.
    const statesBefore = new Map(Object.entries(was.requirements));
    const statesAfter = new Map(Object.entries(is.requirements));
    const ids = new Set([...statesBefore.keys(), ...statesAfter.keys()]);
    return [...ids].flatMap((requirement) => {
      const before = statesBefore.get(requirement) ?? 'not_assessed';
      const after = statesAfter.get(requirement) ?? 'not_assessed';
      return before === after ? [] : [{ framework, requirement, from: before, to: after }];
    });
  });
}

function causesOf(
  was: ControlSnapshot | undefined,
  is: ControlSnapshot | undefined,
  { settingsChanged, changes }: { settingsChanged: boolean; changes: ResultChanges | null },
): string[] {
  if (!was) return ['new in the library'];
  if (!is) return ['no longer in the library'];
  const causes: string[] = [];
  const added = is.failing.filter((check) => !was.failing.includes(check));
  const gone = was.failing.filter((check) => !is.failing.includes(check));
  for (const check of changes?.largestFirst([...added, ...gone]) ?? [...added, ...gone]) {
    causes.push(`${check} ${added.includes(check) ? 'fails' : 'no longer fails'}`);
  }
  if (was.decision?.at !== is.decision?.at) {
    causes.push(
      is.decision
        ? `decided: ${is.decision.kind.replaceAll('_', ' ')}`
        : 'the decision was withdrawn',
    );
  }
  for (const account of is.without) {
    if (!was.without.includes(account)) causes.push(`no evidence of ${account}`);
  }
  const more = is.openFindings - was.openFindings;
  if (causes.length === 0 && more !== 0) {
    causes.push(`the same checks fail for ${more > 0 ? 'more' : 'fewer'} resources`);
  }
  if (causes.length === 0 && settingsChanged) {
    causes.push('the team’s thresholds or accounts changed');
  }
  return causes.slice(0, 20);
}

function keysOf<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort();
}
