import type { CheckFix } from '../../../contract/compliance.js';
import { cyan, number } from './style.js';
import { table } from './table.js';

/** How many frameworks a line names. */
const MAX_MOVED = 2;

/** Checks with what fixing them moves. */
export function fixesTable(fixes: readonly CheckFix[], room: number): string {
  const figure = { align: 'right' } as const;
  return table(
    [
      { title: 'Check', grows: 2 },
      { title: 'Closes', ...figure },
      { title: 'Completes', grows: 1 },
      { title: 'Raises', ...figure },
      { title: 'Gain', ...figure },
      { title: 'Moves', grows: 2 },
    ],
    fixes.map(({ checkId, findings, completes, raises, gain, frameworks }) => [
      { text: checkId, paint: cyan },
      number(findings),
      completes.length > 0 ? completes.map(({ id }) => id).join(', ') : '–',
      number(raises.length),
      `+${gain.toFixed(1)}`,
      frameworks.slice(0, MAX_MOVED).map(movedText).join('; '),
    ]),
    room,
  );
}

function movedText({ name, gain, passing }: CheckFix['frameworks'][number]): string {
  const moves = [
    ...(gain > 0 ? [`+${gain.toFixed(1)}`] : []),
    ...(passing > 0 ? [`passing +${passing.toFixed(1)}`] : []),
  ];
  return `${name} ${moves.join(', ')}`;
}
