import type { ReactNode } from 'react';
import classes from './Facts.module.css';

interface FactsProps {
  facts: readonly { label: string; value: ReactNode; help?: ReactNode }[];
  columns?: boolean;
}

/** Pairs of name and value; those without a value are left out. */
export function Facts({ facts, columns = false }: FactsProps) {
  const known = facts.filter(({ value }) => value !== null && value !== undefined && value !== '');
  return (
    <dl className={classes.facts} data-columns={columns}>
      {known.map(({ label, value, help }) => (
        <div key={label} className={classes.fact}>
          <dt>
            {label} {help}
          </dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
