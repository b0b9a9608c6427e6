import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImagePackage } from '../../../contract/container-security.js';
import { counted } from '../../ui/format.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { packagesQuery } from './image.api.js';

/** The packages that the newest scan found in the image. */
export function ImagePackages({ imageId, total }: { imageId: string; total: number }) {
  const [q, setQ] = useState<string>();
  const query = useInfiniteQuery(packagesQuery(imageId, q));
  return (
    <Section title="Packages" actions={<Text size="sm">{counted(total, 'package')}</Text>}>
      <SearchInput label="Search packages" value={q} onChange={setQ} />
      <PagedItems
        query={query}
        loading={<Text size="sm">Loading…</Text>}
        empty={
          <Text size="sm" c="dimmed" mt="sm">
            {q ? 'No package matches.' : 'No packages were found.'}
          </Text>
        }
      >
        {(items) => <PackageTable items={items} />}
      </PagedItems>
    </Section>
  );
}

function PackageTable({ items }: { items: readonly ImagePackage[] }) {
  return (
    <ScrollTable label="Packages of the image" miw={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Package</Table.Th>
          <Table.Th>Version</Table.Th>
          <Table.Th>Kind</Table.Th>
          <Table.Th>Licences</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ name, version, type, path, purl, licenses }) => (
          <Table.Tr key={`${purl} ${name} ${version} ${path}`}>
            <Table.Td>
              <Text size="sm">{name}</Text>
              {path && (
                <Text size="xs" c="dimmed">
                  {path}
                </Text>
              )}
            </Table.Td>
            <Table.Td className="tabular">{version}</Table.Td>
            <Table.Td>{type}</Table.Td>
            <Table.Td>{licenses.join(', ')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}
