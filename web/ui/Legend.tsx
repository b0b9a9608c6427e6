import type { ReactNode } from 'react';
import { count } from './format.js';
import classes from './Legend.module.css';
import type { Share } from './StackedBar.js';

interface LegendProps<S extends Share> {
  shares: readonly S[];
  /** Turns a row into a link, if its page is known. */
  link?: (share: S, content: ReactNode) => ReactNode;
}

/** The numbers of a stacked bar as rows: colour, word, number. */
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
