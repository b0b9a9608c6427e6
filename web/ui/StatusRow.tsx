import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './StatusRow.module.css';

interface StatusRowProps {
  label: string;
  status: ReactNode;
  /** On the right; below on a narrow screen. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One row of a long list: its status, what it is, and what can be done with it. */
export function StatusRow({ label, status, aside, children }: StatusRowProps) {
  return (
    <article className={classes.row} aria-label={label}>
      <div>{status}</div>
      <div>{children}</div>
      {aside}
    </article>
  );
}

/** The heading of a group of rows. */
export function StatusRowsHeading({ title, count }: { title: string; count: string }) {
  return (
    <div className={classes.section}>
      <h2>{title}</h2>
      <Text size="xs" c="dimmed" className="tabular">
        {count}
      </Text>
    </div>
  );
}
