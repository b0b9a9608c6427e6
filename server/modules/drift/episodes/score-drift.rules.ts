import type { RequirementStatus } from '../../../../contract/compliance.js';
import type { Moment } from '../state/moment-reader.js';
import { hasOtherSettings, rankOf, type TeamState } from '../state/team-state.js';
import type { Comparison } from './comparison.js';
import { namesOf } from './control-drift.rules.js';
import { choicesChanged } from './settings-drift.rules.js';
import { causeOf, type Signal } from './signal.js';

/** Scores that fell below the target of their framework, with the cause. */
export function scoreSignals(before: TeamState, { moment, movedBySettings }: Comparison): Signal[] {
  return [...moment.state.frameworks].flatMap(([id, { name, score }]): Signal[] => {
    const was = before.frameworks.get(id)?.score ?? null;
    const target = moment.targets.get(id) ?? null;
    if (was === null || score === null || target === null) return [];
    if (was < target || score >= target) return [];
    const fallen = fallenIn(before, moment, id);
    const isChosen =
      hasOtherSettings(before, moment.state) && fallen.every((one) => movedBySettings.has(one));
    const why = isChosen
      ? `the team changed its settings: ${choicesChanged(before.judging, moment.state.judging)}`
      : whyFell(before, moment, id, fallen);
    const text = `the score fell from ${was} to ${score}, below the target of ${target}; ${why}`;
    return [
      {
        type: 'threshold_crossed',
        subject: id,
        title: `${name} fell below ${target} %`,
        severity: target - score > 10 ? 'critical' : 'high',
        from: String(was),
        to: String(score),
        cause: causeOf(isChosen ? 'decision' : 'score', text),
        controls: [],
        frameworks: [id],
        occurs: 'level',
      },
    ];
  });
}

/** Names controls; else missing attestations, or requirements where the framework has its own scope. */
function whyFell(before: TeamState, { state }: Moment, id: string, controls: string[]): string {
  if (controls.length > 0) return `${namesOf(controls)} fell`;
  const was = before.frameworks.get(id)?.requirements ?? {};
  const is = new Map(Object.entries(state.frameworks.get(id)?.requirements ?? {}));
  const ended = [...before.attestations.keys()].filter(
    (subject) => subject.startsWith(`${id}/`) && !state.attestations.has(subject),
  );
  if (ended.length > 0) return `an attestation is missing: ${namesOf(ended)}`;
  const fallen = Object.entries(was)
    .filter(([requirement, status]) => MET[status] > MET[is.get(requirement) ?? 'not_assessed'])
    .map(([requirement]) => requirement);
  if (fallen.length === 0) return 'some of the controls behind its requirements are worse';
  return `${fallen.length === 1 ? 'requirement' : 'requirements'} ${namesOf(fallen)} fell`;
}

const MET: Readonly<Record<RequirementStatus, number>> = {
  ...{ satisfied: 3, not_applicable: 3, partial: 2, failing: 1, not_assessed: 0 },
};

/** The controls of a framework that fell, by their part of its score: how far, in how many requirements, how heavy. */
function fallenIn(before: TeamState, { state, catalogue }: Moment, frameworkId: string): string[] {
  const fallen = [...state.controls].flatMap(([id, after]) => {
    const was = rankOf(before.controls.get(id)?.status);
    const steps = was === null ? 0 : was - (rankOf(after.status) ?? 0);
    const isWorse = was !== null && (rankOf(after.status) ?? -1) < was;
    if (!isWorse) return [];
    const requirements = catalogue
      .requirementsOf(id)
      .filter(({ framework }) => framework.id === frameworkId).length;
    const weight = catalogue.controls.get(id)?.weight ?? 1;
    return requirements > 0 ? [{ id, part: steps * requirements * weight }] : [];
  });
  return fallen.sort((a, b) => b.part - a.part).map(({ id }) => id);
}
