import classes from './RangeBar.module.css';
import type { Tone } from './Tag.js';

interface RangeBarProps {
  /** What the bar shows, as text. */
  label: string;
  from: number;
  to: number;
  tone: Tone;
  size?: 'sm' | 'lg';
}

/** 0–100: filled up to `from`, striped up to `to`, empty after. */
export function RangeBar({ label, from, to, tone, size = 'sm' }: RangeBarProps) {
  return (
    <div className={classes.track} role="img" aria-label={label} data-size={size} data-tone={tone}>
      <div className={classes.open} style={{ left: `${from}%`, width: `${to - from}%` }} />
      <div className={classes.filled} style={{ width: `${from}%` }} />
    </div>
  );
}
