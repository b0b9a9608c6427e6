import { Button, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FrameworkOverlap } from '../../../contract/compliance.js';
import { Attributions } from '../../ui/Attributions.js';
import { count, counted, percent } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import table from '../../ui/ScrollTable.module.css';
import { Section } from '../../ui/Section.js';
import { overlapsQuery } from './framework-library.api.js';

/** How far the other active frameworks cover this one. */
export function FrameworkOverlaps({ frameworkId }: { frameworkId: string }) {
  return (
    <Section title="Overlap with other frameworks">
      <Text size="sm" c="dimmed" mb="sm">
        Through shared controls. A control that only intersects a requirement contributes to it but
        cannot meet it. Attestations are not carried over.
      </Text>
      <Loaded query={useQuery(overlapsQuery(frameworkId))}>
        {({ overlaps, frameworks, attributions }) =>
          overlaps.length === 0 ? (
            <Text size="sm" c="dimmed">
              No other framework is active.
            </Text>
          ) : (
            <>
              <Overlaps overlaps={overlaps} frameworks={frameworks} />
              <Attributions texts={attributions} />
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

const SHOWN = 5;

interface OverlapsProps {
  overlaps: readonly FrameworkOverlap[];
  frameworks: readonly { id: string; name: string }[];
}

function Overlaps({ overlaps, frameworks }: OverlapsProps) {
  const [whole, setWhole] = useState(false);
  const sorted = overlaps.toSorted((a, b) => b.covered - a.covered || b.reachable - a.reachable);
  return (
    <>
      <ScrollTable label="Overlap by framework" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Framework</Table.Th>
            <Table.Th className={table.number}>Covered now</Table.Th>
            <Table.Th className={table.number}>When complete</Table.Th>
            <Table.Th className={table.number} visibleFrom="sm">
              Met
            </Table.Th>
            <Table.Th className={table.number} visibleFrom="sm">
              Contributed to
            </Table.Th>
            <Table.Th className={table.number} visibleFrom="sm">
              Shared controls
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(whole ? sorted : sorted.slice(0, SHOWN)).map(
            ({ from, covered, reachable, met, contributed, sharedControls }) => (
              <Table.Tr key={from}>
                <Table.Td miw={120}>
                  <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: from }}>
                    {frameworks.find(({ id }) => id === from)?.name ?? from}
                  </TextLink>
                  <Text size="xs" c="dimmed" hiddenFrom="sm" className="tabular">
                    {count(met)} met, {count(contributed)} contributed to,{' '}
                    {counted(sharedControls, 'shared control')}
                  </Text>
                </Table.Td>
                <Table.Td className={table.number}>{percent(covered)}</Table.Td>
                <Table.Td className={table.number}>{percent(reachable)}</Table.Td>
                <Table.Td className={table.number} visibleFrom="sm">
                  {count(met)}
                </Table.Td>
                <Table.Td className={table.number} visibleFrom="sm">
                  {count(contributed)}
                </Table.Td>
                <Table.Td className={table.number} visibleFrom="sm">
                  {count(sharedControls)}
                </Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </ScrollTable>
      {sorted.length > SHOWN && (
        <Button size="compact-sm" variant="default" mt="xs" onClick={() => setWhole(!whole)}>
          {whole ? 'Show fewer' : `Show all ${count(sorted.length)}`}
        </Button>
      )}
    </>
  );
}
