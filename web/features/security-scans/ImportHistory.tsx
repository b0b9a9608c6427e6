import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReportImport } from '../../../contract/security-scans.js';
import { age, bytes, count, counted, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import table from '../../ui/ScrollTable.module.css';
import { Section } from '../../ui/Section.js';
import classes from './ImportHistory.module.css';
import { ImportStatusTag } from './ImportStatusTag.js';
import { importsQuery, isRunning } from './import.api.js';

/** Every import so far, newest first; kept up to date while one runs. */
export function ImportHistory() {
  const query = useInfiniteQuery({
    ...importsQuery,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isRunning)) ? 1_000 : false,
  });
  return (
    <Section title="History">
      <PagedItems
        query={query}
        empty={
          <Text size="sm" c="dimmed">
            No imports yet.
          </Text>
        }
      >
        {(items) => <HistoryTable items={items} />}
      </PagedItems>
    </Section>
  );
}

const numbers = ['Results', 'Opened', 'Reopened', 'Resolved', 'Unchanged', 'Stale'] as const;

function HistoryTable({ items }: { items: readonly ReportImport[] }) {
  return (
    <ScrollTable label="Imports" verticalSpacing="sm" miw={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Report</Table.Th>
          <Table.Th>Status</Table.Th>
          {numbers.map((name) => (
            <Table.Th key={name} className={table.number}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <HistoryRow key={item.id} item={item} />
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function HistoryRow({ item }: { item: ReportImport }) {
  const { id, fileName, sizeBytes, createdAt, format, accounts, findings, results } = item;
  const { status, problem, identical } = item;
  const cells = [
    results,
    findings.opened,
    findings.reopened,
    findings.resolved,
    findings.unchanged,
    findings.stale,
  ];
  return (
    <Table.Tr>
      <Table.Td className={classes.report}>
        <TextLink to="/imports/$importId" params={{ importId: id }} size="sm" fw={500}>
          {fileName}
        </TextLink>
        <Text size="xs" c="dimmed" className="tabular">
          <time title={instant(createdAt)}>{age(createdAt)}</time> · {bytes(sizeBytes)}
          {format && ` · ${format}`}
          {accounts.length > 0 && ` · ${counted(accounts.length, 'account')}`}
        </Text>
      </Table.Td>
      <Table.Td className={classes.status}>
        <ImportStatusTag status={status} />
        {identical && <Text size="xs">Identical to the previous one</Text>}
        {problem && <Text size="xs">{problem}</Text>}
      </Table.Td>
      {cells.map((value, index) => (
        <Table.Td key={numbers[index]} className={table.number}>
          {count(value)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
