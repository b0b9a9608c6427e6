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
 * Controls that moved because the team changed thresholds, account profiles, scopes or matches: the decision is the
 * same, so are the failing checks unless matches were reviewed, and the engine gives a decision as the cause.
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

/** The signals to keep of a control that the team's settings moved: evidence that is too old by the new limit. */
export function bySettings(signals: readonly Signal[], { evidenceDays }: Moment): Signal[] {
  return signals
    .filter(({ type }) => type === 'evidence_expired')
    .map((signal) => ({
      ...signal,
      cause: causeOf(
        'decision',
        `scan results now count for ${evidenceDays} days; ${signal.cause.text}`,
      ),
    }));
}

/**
 * One neutral signal for everything that moved with thresholds and scopes.
 * `mixed`: something else moved scores too, so they are not attributed to the settings.
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
    const by = (score ?? 0) - (was.score ?? 0);
    return [{ id, by, text: `${name} ${was.score} → ${score}` }];
  });
  scores.sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  if (statuses.length === 0 && scores.length === 0) return [];
  const fell =
    scores.some(({ by }) => by < 0) ||
    statuses.some(
      (id) =>
        (rankOf(state.controls.get(id)?.status) ?? -1) <
        (rankOf(before.controls.get(id)?.status) ?? -1),
    );
  const count = statuses.length === 1 ? '1 control' : `${statuses.length} controls`;
  const named = scores.length > 0 ? `; scores: ${namesOf(scores.map(({ text }) => text))}` : '';
  return [
    {
      type: 'settings_changed',
      subject: 'settings',
      title: `${count} moved because the team changed thresholds, scopes or matches`,
      severity: fell ? 'medium' : 'low',
      from: null,
      to: null,
      cause: causeOf(
        'decision',
        `${choicesChanged(before.judging, state.judging)}: ${namesOf(statuses, 20) || 'no control across all accounts'}${named}`,
      ),
      controls: statuses,
      frameworks: scores.map(({ id }) => id),
      occurs: 'moment',
      resolution: { kind: 'decision', text: 'The team changed its settings; no result changed.' },
    },
  ];
}

/** Describes what the team changed. */
export function choicesChanged(before: Judging | null, after: Judging | null): string {
  const [was, is] = [before?.settings, after?.settings];
  const texts = was && is ? DESCRIPTIONS.flatMap((describe) => describe(was, is)) : [];
  if ((before?.reviews ?? null) !== (after?.reviews ?? null)) {
    texts.push('mappings of checks to controls were reviewed');
  }
  return texts.length > 0
    ? texts.join(', ')
    : 'accounts, their regions or the scope of a framework changed';
}

type Describe = (was: EngineSettings, is: EngineSettings) => string[];

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const DESCRIPTIONS: readonly Describe[] = [
  ({ failShare: was }, { failShare: is }) =>
    was === is
      ? []
      : [`share of fails that makes a control not implemented: ${percent(was)} → ${percent(is)}`],
  ({ evidenceDays: was }, { evidenceDays: is }) =>
    was === is ? [] : [`scan results count for ${was} → ${is} days`],
  ({ answerDays: was }, { answerDays: is }) =>
    was === is ? [] : [`answers without an end date count for ${was} → ${is} days`],
];
