import { List, Stack, Table, Text } from '@mantine/core';
import type { ImportDetail } from '../../../contract/security-scans.js';
import { count, counted } from '../../ui/format.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Section } from '../../ui/Section.js';

/** What of the report was not read, and what the report says was not looked at. */
export function ImportUnread({ item }: { item: ImportDetail }) {
  const { rejected = 0, rejections = [], gaps = [], moreGaps = 0, unread = [], notes = [] } = item;
  const isWhole = rejected + gaps.length + unread.length + notes.length === 0;
  return (
    <Section title="Not read">
      <Stack gap="md">
        {isWhole && (
          <Text size="sm" c="dimmed">
            {item.rejected === undefined
              ? 'It is not recorded what this import did not read.'
              : 'Everything in the report was read, and it names no gaps.'}
          </Text>
        )}
        {notes.length > 0 && (
          <List size="sm">
            {notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
        )}
        {rejected > 0 && (
          <Pairs
            title={`${counted(rejected, 'result')} not read`}
            heads={['Place', 'Reason']}
            rows={rejections.map(({ at, reason }) => [at, reason])}
            more={rejected - rejections.length}
          />
        )}
        {unread.length > 0 && (
          <Pairs
            title="Parts that are not supported"
            heads={['Part', 'Count']}
            rows={unread.map((part) => [part.what, count(part.count)])}
            more={0}
          />
        )}
        {gaps.length > 0 && (
          <Pairs
            title="Gaps: not looked at by the tool"
            heads={['What', 'Why']}
            rows={gaps.map(({ what, why }) => [what, why])}
            more={moreGaps}
          />
        )}
      </Stack>
    </Section>
  );
}

interface PairsProps {
  title: string;
  heads: readonly [string, string];
  rows: readonly (readonly [string, string])[];
  more: number;
}

function Pairs({ title, heads, rows, more }: PairsProps) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {title}
      </Text>
      <ScrollTable label={title}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([one, other], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change, and may be equal
            <Table.Tr key={index}>
              <Table.Td>{one}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{other}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrollTable>
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {count(more)} more
        </Text>
      )}
    </div>
  );
}
