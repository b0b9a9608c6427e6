import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { AccountProfiles } from './AccountProfiles.js';
import { FrameworkScopes } from './FrameworkScopes.js';
import { settingsQuery } from './scoping.api.js';
import { ThresholdsForm } from './ThresholdsForm.js';

/** The scopes of the team's frameworks, its accounts and its thresholds. */
export function ScopePage() {
  return (
    <>
      <PageHeader
        title="Scope and thresholds"
        crumb={<TextLink to="/frameworks">Frameworks</TextLink>}
        about="Which accounts each framework covers, and the thresholds for control status. Changing this re-evaluates every control."
      />
      <Stack>
        <FrameworkScopes />
        <AccountProfiles />
        <Loaded query={useQuery({ ...settingsQuery, refetchOnWindowFocus: false })}>
          {(settings) => <ThresholdsForm settings={settings} />}
        </Loaded>
      </Stack>
    </>
  );
}
