import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Severity } from '../../../contract/severity.js';
import { TextLink } from '../../ui/links.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import classes from './CheckCell.module.css';
import type { countedFindings } from './control-findings.js';

interface CheckCellProps {
  check: { checkId: string; title: string; severity: Severity };
  /** Lists its findings. */
  search: ReturnType<typeof countedFindings>;
  /** A fact beside its id. */
  fact?: ReactNode;
  children: ReactNode;
}

/** The cell of a table that names a check, with its severity and id below the link to its findings. */
export function CheckCell({ check, search, fact, children }: CheckCellProps) {
  const { checkId, title, severity } = check;
  return (
    <Table.Td className={classes.check}>
      <TextLink to="/findings" search={search} size="sm">
        {title || checkId}
      </TextLink>
      <div className={classes.under}>
        <SeverityBadge severity={severity} />
        <span>{checkId}</span>
        {fact}
      </div>
      {children}
    </Table.Td>
  );
}
