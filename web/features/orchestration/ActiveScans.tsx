import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { ScanRow } from './ScanRow.js';
import { activeScansQuery } from './scan.api.js';
import { useRefreshWhenScansEnd } from './useRefreshWhenScansEnd.js';

/** Queued and running scans, kept up to date. */
export function ActiveScans() {
  const query = useQuery(activeScansQuery);
  useRefreshWhenScansEnd(query.data?.items);
  return (
    <Section
      title="Running now"
      actions={query.data && <Text size="sm">{counted(query.data.items.length, 'scan')}</Text>}
    >
      <Loaded query={query} loading={<Text size="sm">Loading…</Text>}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              No scans are running.
            </Text>
          ) : (
            items.map((scan) => <ScanRow key={scan.id} scan={scan} />)
          )
        }
      </Loaded>
    </Section>
  );
}

const SHOWN = 3;

/** The same in short for other pages; nothing while no scan is running. */
export function ActiveScansBrief() {
  const { data } = useQuery(activeScansQuery);
  useRefreshWhenScansEnd(data?.items);
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title="Running scans"
      mb="md"
      actions={
        <TextLink to="/scans" size="sm">
          {data.items.length > SHOWN ? `All ${data.items.length} scans` : 'All scans'}
        </TextLink>
      }
    >
      {data.items.slice(0, SHOWN).map((scan) => (
        <ScanRow key={scan.id} scan={scan} />
      ))}
    </Section>
  );
}
