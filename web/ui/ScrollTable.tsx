import { Table, type TableProps } from '@mantine/core';
import classes from './ScrollTable.module.css';

/** A table that scrolls sideways where it does not fit. */
export function ScrollTable({ label, ...props }: TableProps & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <Table {...props} className={classes.table} />
    </section>
  );
}
