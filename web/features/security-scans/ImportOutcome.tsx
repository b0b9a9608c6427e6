import { Alert, Group, Stack, Text } from '@mantine/core';
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReportImport } from '../../../contract/security-scans.js';
import { Explain } from '../../app/Explain.js';
import { count, counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { FindingChangeCounts } from './FindingChangeCounts.js';

/** The result of an import: its changes, contents and problems. */
export function ImportOutcome({ imported }: { imported: ReportImport }) {
  const { status, identical, findings, counts, results, accounts, tool, format, toolVersion } =
    imported;
  const from = [format ?? tool, toolVersion].filter(Boolean).join(' ');
  return (
    <Stack gap="sm" mt="sm">
      <ImportProblem imported={imported} />
      {identical && (
        <Text size="sm">This file is identical to the last import, so nothing changed.</Text>
      )}
      {status !== 'failed' && !identical && (
        <>
          <FindingChangeCounts findings={findings} />
          <Text size="xs" c="dimmed" className="tabular">
            {from && `${from}: `}
            {counted(results, 'result')} from {counted(accounts.length, 'account')} ·{' '}
            {count(counts.pass)} pass, {count(counts.fail)} fail, {count(counts.manual)} manual,{' '}
            {count(counts.muted)} muted, {count(counts.error)} not evaluated
          </Text>
        </>
      )}
      <ImportRemarks imported={imported} />
      {status !== 'failed' && (
        <Group gap="md">
          <TextLink to="/imports/$importId" params={{ importId: imported.id }} size="sm">
            See the import
          </TextLink>
          <TextLink to="/" size="sm">
            See the posture
          </TextLink>
          <TextLink to="/findings" size="sm">
            See the findings
          </TextLink>
          {findings.stale > 0 && (
            <Text size="xs" c="dimmed" component="span">
              What does stale mean? <Explain word="stale" />
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}

/** What the report has that is not read, and how its unclear statements were read. */
function ImportRemarks({ imported: { unread = [], notes = [] } }: { imported: ReportImport }) {
  if (unread.length === 0 && notes.length === 0) return null;
  return (
    <Stack gap={2}>
      {notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
      {unread.map(({ what, count: parts }) => (
        <Text key={what} size="xs" c="dimmed">
          Not read: {count(parts)} {what}
        </Text>
      ))}
    </Stack>
  );
}

export function ImportProblem({ imported }: { imported: ReportImport }) {
  const { status, partial, problem } = imported;
  if (status === 'failed') {
    return (
      <Alert
        role="alert"
        variant="outline"
        color="red"
        icon={<CircleX aria-hidden />}
        title="Nothing was imported"
        styles={{ title: { color: 'var(--tone-red-fg)' } }}
      >
        {problem ?? 'The server gave no reason.'}
      </Alert>
    );
  }
  if (!partial && status !== 'partial' && !problem) return null;
  return (
    <Alert
      role="alert"
      variant="outline"
      color="orange"
      icon={<TriangleAlert aria-hidden />}
      title={partial ? 'Only part of the report could be read' : 'Findings were not seen'}
      styles={{ title: { color: 'var(--tone-amber-fg)' } }}
    >
      {sentence(problem ?? 'The report is incomplete.')}
      {partial && ' What was read is kept; missing results resolve no findings.'}
    </Alert>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
