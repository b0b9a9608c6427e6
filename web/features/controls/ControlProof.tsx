import { Table, Text } from '@mantine/core';
import type { ProofChecklist, ProofItem } from '../../../contract/compliance.js';
import { count, counted, day } from '../../ui/format.js';
import { ScrollTable } from '../../ui/ScrollTable.js';

const STATE: Record<ProofItem['state'], string> = {
  shown: 'Shown',
  missing: 'No result',
  failing: 'Fails',
  expired: 'Expired',
  unknown: 'Not evaluated',
  withheld: 'Not evaluated',
};

/** What scans must show before the control is implemented, account by account. */
export function ControlProof({ proof }: { proof: ProofChecklist }) {
  const { by, items, total, shown, without, unsurveyed } = proof;
  if (by === 'person') {
    return (
      <Text size="sm">
        Scans show parts of this control only. A person must answer for the rest.
      </Text>
    );
  }
  return (
    <div>
      <Text size="sm" fw={600} mb={4} component="h3" m={0}>
        What proves it
      </Text>
      {without.length > 0 && (
        <Text size="sm">
          Scans of {without.join(', ')} show parts of it only; a person must answer for the rest.
        </Text>
      )}
      {unsurveyed.length > 0 && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          The reports of {counted(unsurveyed.length, 'account')} ({unsurveyed.join(', ')}) are of
          too few services to show which ones are used.
        </Text>
      )}
      {total > 0 && (
        <ScrollTable label="What proves it" verticalSpacing="xs">
          <Table.Caption>
            {count(shown)} of {count(total)} shown
            {items.length < total && `, the first ${count(items.length)} listed`}
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Account</Table.Th>
              <Table.Th>Check</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Date</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ account, checks, state, at, needs }) => (
              <Table.Tr key={`${account} ${checks.join(' ')}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{account}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere', minWidth: '16ch' }}>
                  {checks.join(' or ')}
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'normal' }}>
                  {STATE[state]}
                  {needs && `: ${needs} does not pass`}
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{at && day(at)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
    </div>
  );
}
