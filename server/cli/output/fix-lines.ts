import type { CheckFix } from '../../../contract/compliance.js';
import { bold, count, green } from './style.js';
import { labelled } from './wrap.js';

/** How many frameworks a fix names. */
const MAX_MOVED = 3;
/** How many controls a fix names. */
const MAX_CONTROLS = 5;

/** Of labelled text. */
const INDENT = 9;

/** Checks with what fixing them moves: the gain, the check, and what it closes, completes and moves. */
export function fixLines(fixes: readonly CheckFix[], room: number): string[] {
  return fixes.flatMap(({ checkId, gain, ...fix }) => {
    const label = `+${gain.toFixed(1)} `.padStart(INDENT);
    return [
      labelled(green(label), bold(checkId), room),
      labelled(' '.repeat(INDENT), effectOf(fix), room),
    ];
  });
}

function effectOf({
  findings,
  accountsTotal,
  completes,
  raises,
  frameworks,
}: Omit<CheckFix, 'checkId' | 'gain'>): string {
  const moved = frameworks.slice(0, MAX_MOVED).map(movedText);
  const more = frameworks.length - moved.length;
  return [
    `closes ${count(findings, 'finding')} in ${count(accountsTotal, 'account')}`,
    ...(completes.length > 0 ? [`completes ${idsOf(completes)}`] : []),
    ...(raises.length > 0 ? [`raises ${idsOf(raises)}`] : []),
    `moves ${[...moved, ...(more > 0 ? [`${more} more`] : [])].join(', ')}`,
  ].join('; ');
}

function idsOf(controls: readonly { id: string }[]): string {
  const ids = controls.slice(0, MAX_CONTROLS).map(({ id }) => id);
  const rest = controls.length - ids.length;
  return `${ids.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `SOC 2 +1.20 (passing +0.80)`. */
function movedText({ name, gain, passing }: CheckFix['frameworks'][number]): string {
  const share = passing > 0 ? `passing +${passing.toFixed(2)}` : '';
  if (gain === 0) return `${name} ${share}`;
  return `${name} +${gain.toFixed(2)}${share ? ` (${share})` : ''}`;
}
