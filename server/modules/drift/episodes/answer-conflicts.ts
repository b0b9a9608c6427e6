import type { TeamScope } from '../../../platform/database/collection.js';
import type { ControlConflict } from '../../assessments/index.js';
import type { Compliance } from '../../compliance/index.js';
import type { ComplianceDriftDetectionService } from './compliance-drift-detection.service.js';
import type { EpisodesRepository } from './episodes.repository.js';
import { causeOf, type Signal, severityOfWeight } from './signal.js';

const TYPE = 'answers_in_conflict';

export interface AnswerConflictsDeps {
  compliance: Pick<Compliance, 'catalogues'>;
  episodes: Pick<EpisodesRepository, 'open'>;
  detection: Pick<ComplianceDriftDetectionService, 'raise' | 'settle'>;
}

/** Keeps one episode per control open for as long as people's answers about it contradict each other. */
export async function followConflicts(
  { compliance, episodes, detection }: AnswerConflictsDeps,
  team: TeamScope,
  conflicts: readonly ControlConflict[],
): Promise<void> {
  const open = (await episodes.open(team)).filter(({ type }) => type === TYPE);
  const known = new Set(open.map(({ subject }) => subject));
  const fresh = conflicts.filter(({ controlId }) => !known.has(controlId));
  if (fresh.length > 0) {
    const { controls } = await compliance.catalogues.of(team);
    const signals = fresh.flatMap((conflict): Signal[] => {
      const control = controls.get(conflict.controlId);
      return control ? [signalOf(conflict, control)] : [];
    });
    if (signals.length > 0) await detection.raise(team, signals);
  }
  const stands = new Set(conflicts.map(({ controlId }) => controlId));
  for (const { subject } of open) {
    if (stands.has(subject)) continue;
    const text = 'The answers agree, or only one of them counts any more.';
    await detection.settle(team, { type: TYPE, subject }, { kind: 'decision', text });
  }
}

function signalOf(
  { controlId, values: [from, to], text }: ControlConflict,
  { title, weight }: { title: string; weight: number },
): Signal {
  return {
    type: TYPE,
    subject: controlId,
    title: `${controlId} ${title}`,
    severity: severityOfWeight(weight),
    ...{ from, to },
    cause: causeOf('decision', text),
    controls: [controlId],
    occurs: 'level',
  };
}
