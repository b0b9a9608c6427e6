import { Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { ScanRow } from '../orchestration/ScanRow.js';
import { activeScansQuery, scanHistoryQuery } from '../orchestration/scan.api.js';

const SHOWN = 5;

/** The last scans of an account, and the running one. */
export function AccountScans({ accountId }: { accountId: string }) {
  const { may, unavailable } = useAppState();
  const isAway = unavailable('orchestration') !== null || !may('scans:read');
  // The server's key for the account as a target.
  const target = `cloud/${accountId}`;
  const active = useQuery({ ...activeScansQuery, enabled: !isAway });
  const query = useInfiniteQuery({ ...scanHistoryQuery({ target }), enabled: !isAway });
  if (isAway) return null;
  const running = (active.data?.items ?? []).filter(({ targetKey }) => targetKey === target);
  return (
    <Section
      title="Scans"
      actions={
        <Group gap="sm">
          <TextLink to="/scans/schedules" search={{ target }} size="sm">
            Schedules
          </TextLink>
          <TextLink to="/scans" search={{ target }} size="sm">
            All scans
          </TextLink>
        </Group>
      }
    >
      <Loaded query={query} loading={<Text size="sm">Loading…</Text>}>
        {({ pages }) => {
          const ended = pages.flatMap(({ items }) => items).slice(0, SHOWN);
          const scans = [...running, ...ended];
          return scans.length === 0 ? (
            <Text size="sm" c="dimmed">
              Not scanned yet. It is scanned every day on schedule, or whenever you start a scan.
            </Text>
          ) : (
            scans.map((scan) => <ScanRow key={scan.id} scan={scan} />)
          );
        }}
      </Loaded>
    </Section>
  );
}
