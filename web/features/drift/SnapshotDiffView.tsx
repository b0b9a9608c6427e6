import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SnapshotDiff } from '../../../contract/drift.js';
import { count, counted, percent, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import classes from './DriftRows.module.css';
import { diffQuery } from './drift.api.js';

export function SnapshotDiffView({ from, to }: { from: string; to: string }) {
  const query = useQuery(diffQuery(from, to));
  return <Loaded query={query}>{(diff) => <Diff diff={diff} />}</Loaded>;
}

function Diff({ diff }: { diff: SnapshotDiff }) {
  const { controls, frameworks, findings, requirementsTotal, definitionChanged, settingsChanged } =
    diff;
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {counted(controls.length, 'control')} and {counted(requirementsTotal, 'requirement')}{' '}
        changed
        {findings && `; findings: ${count(findings.opened)} more, ${count(findings.closed)} fewer`}.
        {definitionChanged &&
          ' The library, its mapping or the rules were updated in between, which may be part of the cause.'}
        {settingsChanged &&
          ' The team changed thresholds, scopes or matches in between, which may be part of the cause.'}
      </Text>
      {controls.length > 0 && (
        <div className={classes.scroll}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Control</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Open findings</Table.Th>
                <Table.Th>Cause</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {controls.map((control) => (
                <Table.Tr key={control.id}>
                  <Table.Td className={classes.wide}>
                    <TextLink
                      to="/controls/$controlId"
                      params={{ controlId: control.id }}
                      size="sm"
                    >
                      {control.id} {control.title}
                    </TextLink>
                  </Table.Td>
                  <Table.Td className={classes.figures}>
                    {control.from === control.to
                      ? words(control.to ?? 'none')
                      : `${words(control.from ?? 'none')} → ${words(control.to ?? 'none')}`}
                  </Table.Td>
                  <Table.Td className={classes.figures}>
                    {control.openFindings.from} → {control.openFindings.to}
                  </Table.Td>
                  <Table.Td className={classes.wide}>{control.causes.join('; ') || '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {frameworks.length > 0 && (
        <div className={classes.scroll}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Framework</Table.Th>
                <Table.Th>Score</Table.Th>
                <Table.Th>Coverage</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {frameworks.map(({ id, name, score, coverage }) => (
                <Table.Tr key={id}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>
                    {percent(score.from)} → {percent(score.to)}
                  </Table.Td>
                  <Table.Td>
                    {percent(coverage.from)} → {percent(coverage.to)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
