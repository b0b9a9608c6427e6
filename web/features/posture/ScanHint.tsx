import { Group, Text } from '@mantine/core';
import { useAppState } from '../../app/AppStateContext.js';
import { ButtonLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';

/** For a fresh installation: what it can look at by itself. */
export function ScanHint() {
  const { may, unavailable } = useAppState();
  const isAway = unavailable('orchestration') !== null;
  if (isAway || !may('scans:run')) return null;
  return (
    <Section title="Or let it scan by itself">
      <Text size="sm" mb="sm">
        The check of a web site is built in and takes seconds. With read access to a cloud account,
        that account is scanned every day.
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
          Something else
        </ButtonLink>
      </Group>
    </Section>
  );
}
