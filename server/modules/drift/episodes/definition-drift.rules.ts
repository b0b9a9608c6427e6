import type { ChangeCause } from '../../../../contract/compliance.js';
import { rankOf, type TeamState } from '../state/team-state.js';
import type { Comparison } from './comparison.js';
import { namesOf } from './control-drift.rules.js';
import { causeOf, type Signal } from './signal.js';

/** Whether evidence, a decision or time caused a change, even if the definitions changed as well. */
export function isOwn(cause: ChangeCause | undefined): boolean {
  return cause !== undefined && cause !== 'definition';
}

/** `mixed`: something else moved scores too, so they are not attributed to the library update. */
export function definitionSignals(
  before: TeamState,
  { moment, causes }: Comparison,
  mixed: boolean,
): Signal[] {
  const { controls, frameworks, ruleVersion } = moment.state;
  const moved = [...controls]
    .filter(([id, { status }]) => {
      const was = before.controls.get(id)?.status;
      return was !== undefined && was !== status && !isOwn(causes.get(id));
    })
    .map(([id]) => id);
  const scores = [...frameworks].flatMap(([id, { score, name }]) => {
    const was = before.frameworks.get(id);
    if (mixed || !was || was.score === score) return [];
    const by = Math.abs((score ?? 0) - (was.score ?? 0));
    return [{ id, by, text: `${name} ${was.score} → ${score}` }];
  });
  scores.sort((a, b) => b.by - a.by);
  if (moved.length === 0 && scores.length === 0) return [];
  const fell = moved.filter(
    (id) =>
      (rankOf(controls.get(id)?.status) ?? -1) < (rankOf(before.controls.get(id)?.status) ?? -1),
  );
  const count = moved.length === 1 ? '1 control' : `${moved.length} controls`;
  const by = scores.length > 0 ? `; scores: ${namesOf(scores.map(({ text }) => text))}` : '';
  return [
    {
      type: 'definition_changed',
      subject: ruleVersion,
      title: `${count} moved because the library, the mapping or the rules changed`,
      severity: fell.length > 0 ? 'medium' : 'low',
      from: before.ruleVersion,
      to: ruleVersion,
      cause: causeOf('definition', `${namesOf(moved, 20) || 'no control'}${by}`),
      controls: moved,
      frameworks: scores.map(({ id }) => id),
      occurs: 'moment',
      resolution: {
        kind: 'recorded',
        text: 'Caused by changed definitions; no result changed.',
      },
    },
  ];
}
