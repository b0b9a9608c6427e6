import type { ChangeCause, EngineSettings } from '../../../../contract/compliance.js';
import type { Moment } from '../state/moment-reader.js';
import {
  hasOtherSettings,
  isReviewed,
  type Judging,
  rankOf,
  type TeamState,
} from '../state/team-state.js';
import { isSameDecision, namesOf } from './control-drift.rules.js';
import { causeOf, type Signal } from './signal.js';

/**
 * Controls that stand otherwise because the team judges otherwise: by other thresholds, account profiles,
 * scopes or matches. The same decision, the same fails unless matches were reviewed, and the engine put the
 * move down to a decision.
 */
export function movedBySettings(
  before: TeamState,
  after: TeamState,
  causes: ReadonlyMap<string, ChangeCause>,
): Set<string> {
  if (!hasOtherSettings(before, after)) return new Set();
  const anyFails = isReviewed(before, after);
  const moved = [...after.controls].filter(([id, is]) => {
    const was = before.controls.get(id);
    if (!was || causes.get(id) !== 'decision' || !isSameDecision(was, is)) return false;
    return anyFails || [...was.failing].sort().join() === [...is.failing].sort().join();
  });
  return new Set(moved.map(([id]) => id));
}

/** What is left of a control’s signals where the team moved it: evidence that its measure made too old. */
export function bySettings(signals: readonly Signal[], { evidenceDays }: Moment): Signal[] {
  return signals
    .filter(({ type }) => type === 'evidence_expired')
    .map((signal) => ({
      ...signal,
      cause: causeOf(
        'decision',
        `the team relies on scan results for ${evidenceDays} days now; ${signal.cause.text}`,
      ),
    }));
}

/**
 * One signal for all that moved with thresholds and scopes, and nothing that blames or praises anybody.
 * `mixed`: others moved scores too, so that these are not told as the team’s choice.
 */
export function settingsSignals(
  before: TeamState,
  moment: Moment,
  moved: ReadonlySet<string>,
  mixed: boolean,
): Signal[] {
  const { state } = moment;
  if (!hasOtherSettings(before, state)) return [];
  const statuses = [...moved].filter(
    (id) => before.controls.get(id)?.status !== state.controls.get(id)?.status,
  );
  const scores = [...state.frameworks].flatMap(([id, { score, name }]) => {
    const was = before.frameworks.get(id);
    if (mixed || !was || was.score === score) return [];
    return [{ id, fell: (score ?? 0) < (was.score ?? 0), text: `${name} ${was.score} → ${score}` }];
  });
  if (statuses.length === 0 && scores.length === 0) return [];
  const fell =
    scores.some((one) => one.fell) ||
    statuses.some(
      (id) =>
        (rankOf(state.controls.get(id)?.status) ?? -1) <
        (rankOf(before.controls.get(id)?.status) ?? -1),
    );
  const count = statuses.length === 1 ? '1 control' : `${statuses.length} controls`;
  const by = scores.length > 0 ? `; scores: ${namesOf(scores.map(({ text }) => text))}` : '';
  return [
    {
      type: 'settings_changed',
      subject: 'settings',
      title: `${count} moved because the team judges by other thresholds, scopes or matches`,
      severity: fell ? 'medium' : 'low',
      from: null,
      to: null,
      cause: causeOf(
        'decision',
        `${choicesChanged(before.judging, state.judging)}: ${namesOf(statuses, 20) || 'no control by all accounts'}${by}`,
      ),
      controls: statuses,
      frameworks: scores.map(({ id }) => id),
      occurs: 'moment',
      resolution: { kind: 'decision', text: 'The team chose how it judges; no result changed.' },
    },
  ];
}

/** What the team changed, in words. */
export function choicesChanged(before: Judging | null, after: Judging | null): string {
  const [was, is] = [before?.settings, after?.settings];
  const told = was && is ? WORDS.flatMap((word) => word(was, is)) : [];
  if ((before?.reviews ?? null) !== (after?.reviews ?? null)) {
    told.push('which controls checks count for was reviewed');
  }
  return told.length > 0 ? told.join(', ') : 'accounts or the scope of a framework were changed';
}

type Word = (was: EngineSettings, is: EngineSettings) => string[];

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const WORDS: readonly Word[] = [
  ({ failShare: was }, { failShare: is }) =>
    was === is
      ? []
      : [
          `fails that make a control not implemented: ${percent(was)} → ${percent(is)} of its results`,
        ],
  ({ evidenceDays: was }, { evidenceDays: is }) =>
    was === is ? [] : [`scan results are relied on for ${was} → ${is} days`],
  ({ answerDays: was }, { answerDays: is }) =>
    was === is ? [] : [`answers without an end count for ${was} → ${is} days`],
];
