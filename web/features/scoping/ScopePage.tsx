import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { AccountProfiles } from './AccountProfiles.js';
import { FrameworkScopes } from './FrameworkScopes.js';
import { settingsQuery } from './scoping.api.js';
import { ThresholdsForm } from './ThresholdsForm.js';

/** What the team's frameworks are about, and by which thresholds it judges. */
export function ScopePage() {
  return (
    <>
      <PageHeader
        title="Scope and thresholds"
        crumb={<TextLink to="/frameworks">Frameworks</TextLink>}
        about="Which accounts each framework is about, and by which thresholds controls are judged. A change judges everything anew."
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
