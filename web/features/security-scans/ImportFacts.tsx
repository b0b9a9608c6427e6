import { Code } from '@mantine/core';
import type { ImportDetail } from '../../../contract/security-scans.js';
import { Facts } from '../../ui/Facts.js';
import { bytes, count, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { isRunning } from './import.api.js';

const MAX_NAMED = 5;

/** What was imported, and when. */
export function ImportFacts({ item }: { item: ImportDetail }) {
  const { counts, accounts, sha256, scanId, createdAt, finishedAt } = item;
  const more = accounts.length - MAX_NAMED;
  return (
    <Section title="Report">
      <Facts
        facts={[
          { label: 'Tool', value: item.tool },
          { label: 'Size', value: bytes(item.sizeBytes) },
          { label: 'Results', value: count(item.results) },
          {
            label: 'Of these',
            value: `${count(counts.pass)} pass, ${count(counts.fail)} fail, ${count(counts.manual)} manual, ${count(counts.muted)} muted, ${count(counts.error)} not evaluated`,
          },
          {
            label: accounts.length === 1 ? 'Account or target' : 'Accounts or targets',
            value: `${accounts.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`,
          },
          {
            label: 'Scan',
            value: scanId && (
              <TextLink to="/scans/$scanId" params={{ scanId }} inherit>
                {scanId}
              </TextLink>
            ),
          },
          { label: 'Received', value: instant(createdAt) },
          { label: 'Finished', value: finishedAt && instant(finishedAt) },
          { label: 'SHA-256', value: sha256 && <Code>{sha256}</Code> },
          {
            label: 'Cannot be undone',
            value: isRunning(item) || item.status === 'undone' ? null : item.undo.reason,
          },
          { label: 'Import', value: <Code>{item.id}</Code> },
        ]}
      />
    </Section>
  );
}
