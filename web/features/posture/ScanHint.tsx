import { Group, Text } from '@mantine/core';
import { useAppState } from '../../app/AppStateContext.js';
import { ButtonLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** For a new installation: the scans it can run itself. */
export function ScanHint() {
  const { may, unavailable } = useAppState();
  const isAway = unavailable('orchestration') !== null;
  if (isAway || !may('scans:run')) return null;
  return (
    <Section title="Or run a scan">
      <Text size="sm" mb="sm">
        The web site check is built in and takes seconds. Give read access to a cloud account to
        have it scanned every day.
      </Text>
      <Group gap="xs">
        <ButtonLink to="/scans/new" search={{ kind: 'web' }} variant="default">
          Check a web site
        </ButtonLink>
        {may('accounts:write') && !unavailable('cloud-security') && (
          <ButtonLink to="/accounts/new" variant="default">
            Add a cloud account
          </ButtonLink>
        )}
        <ButtonLink to="/scans/new" variant="subtle">
          Other scans
        </ButtonLink>
      </Group>
    </Section>
  );
}
