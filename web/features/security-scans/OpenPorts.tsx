import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { HostPorts } from '../../../contract/open-ports.js';
import { age, instant } from '../../ui/format.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Tag } from '../../ui/Tag.js';
import { openPortsQuery, type PortsOf } from './ports.api.js';

/** The open ports of hosts, whether or not a rule calls them a finding. */
export function OpenPorts({ of, title }: { of: PortsOf; title?: string }) {
  const query = useInfiniteQuery(openPortsQuery(of));
  return (
    <PagedItems
      query={query}
      title={title}
      loading={<Text size="sm">Loading…</Text>}
      empty={
        <Text size="sm" c="dimmed">
          No open ports were seen.
        </Text>
      }
    >
      {(hosts) => <PortTable hosts={hosts} />}
    </PagedItems>
  );
}

function PortTable({ hosts }: { hosts: readonly HostPorts[] }) {
  return (
    <ScrollTable label="Open ports" miw={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Host</Table.Th>
          <Table.Th>Port</Table.Th>
          <Table.Th>Service</Table.Th>
          <Table.Th>Finding</Table.Th>
          <Table.Th>Seen</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hosts.map((host) => (
          <HostRows key={`${host.host} ${host.importId}`} host={host} />
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function HostRows({ host: { host, ports, seenAt, isCut } }: { host: HostPorts }) {
  if (ports.length === 0) {
    return (
      <Table.Tr>
        <Table.Td>{host}</Table.Td>
        <Table.Td colSpan={3}>none open</Table.Td>
        <Table.Td>
          <time title={instant(seenAt)}>{age(seenAt)}</time>
        </Table.Td>
      </Table.Tr>
    );
  }
  return (
    <>
      {ports.map((port) => (
        <Table.Tr key={`${port.address} ${port.protocol} ${port.port}`}>
          <Table.Td>
            {host}
            {port.address !== host && (
              <Text size="xs" c="dimmed">
                {port.address}
              </Text>
            )}
          </Table.Td>
          <Table.Td className="tabular">
            {port.port}/{port.protocol}
          </Table.Td>
          <Table.Td>
            {[port.service ?? 'not identified', port.encrypted && 'encrypted']
              .filter(Boolean)
              .join(', ')}
            {(port.product || port.version) && (
              <Text size="xs" c="dimmed">
                {[port.product, port.version].filter(Boolean).join(' ')}
              </Text>
            )}
          </Table.Td>
          <Table.Td>{port.isFinding ? <Tag tone="red">Finding</Tag> : 'no'}</Table.Td>
          <Table.Td>
            <time title={instant(port.seenAt)}>{age(port.seenAt)}</time>
          </Table.Td>
        </Table.Tr>
      ))}
      {isCut && (
        <Table.Tr>
          <Table.Td colSpan={5}>{host} has more open ports than are stored.</Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
