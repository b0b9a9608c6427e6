import { count } from './format.js';
import classes from './StackedBar.module.css';
import type { Tone } from './Tag.js';

export interface Share {
  key: string;
  label: string;
  value: number;
  tone: Tone;
}

/** Parts of a whole, in their order. Its label states the numbers, too. */
export function StackedBar({ label, shares }: { label: string; shares: readonly Share[] }) {
  const shown = shares.filter(({ value }) => value > 0);
  const spoken = shown.map((share) => `${share.label} ${count(share.value)}`).join(', ');
  return (
    <div className={classes.bar} role="img" aria-label={`${label}: ${spoken || 'none'}`}>
      {shown.map(({ key, value, tone }) => (
        <span key={key} style={{ flexGrow: value, background: `var(--tone-${tone}-solid)` }} />
      ))}
    </div>
  );
}
