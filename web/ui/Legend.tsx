import type { ReactNode } from 'react';
import { count } from './format.js';
import classes from './Legend.module.css';
import type { Share } from './StackedBar.js';

interface LegendProps<S extends Share> {
  shares: readonly S[];
  /** Turns the label of a row into a link. */
  link?: (share: S, content: ReactNode) => ReactNode;
}

/** The legend of a stacked bar: one row per part with colour, label and number. */
export function Legend<S extends Share>({ shares, link }: LegendProps<S>) {
  return (
    <ul className={classes.rows}>
      {shares.map((share) => (
        <li key={share.key} className={classes.row}>
          <span
            aria-hidden
            className={classes.swatch}
            style={{ background: `var(--tone-${share.tone}-solid)` }}
          />
          <span className={classes.label}>{link ? link(share, share.label) : share.label}</span>
          <span className="tabular">{count(share.value)}</span>
        </li>
      ))}
    </ul>
  );
}
