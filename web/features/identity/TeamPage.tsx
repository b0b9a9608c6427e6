import { Button, Checkbox, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { changeTeam } from '../../../contract/teams.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { SystemSections } from '../platform/SystemSections.js';
import { Invitations } from './Invitations.js';
import { teamQuery, useIdentity } from './identity.api.js';
import { Members } from './Members.js';
import { TeamNameDialog } from './TeamNameDialog.js';

export function TeamPage() {
  const { team, may } = useAppState();
  const [renaming, setRenaming] = useState(false);
  return (
    <>
      <PageHeader
        title={team.name}
        about="The members of your team and their roles."
        actions={
          may('team:write') && (
            <Button
              variant="default"
              leftSection={<Pencil size={16} aria-hidden />}
              onClick={() => setRenaming(true)}
            >
              Rename the team
            </Button>
          )
        }
      />
      <SystemSections />
      <Stack>
        <Members />
        {may('team:write') && <SecondFactorRule />}
        {may('team:write') && <Invitations />}
      </Stack>
      {renaming && <RenameDialog onClose={() => setRenaming(false)} />}
    </>
  );
}

function SecondFactorRule() {
  const change = useIdentity(changeTeam);
  return (
    <Section title="Second factor">
      <Loaded query={useQuery(teamQuery)}>
        {({ needsSecondFactor }) => (
          <Stack gap="sm">
            <Checkbox
              label="Members need a second factor"
              description="Until they have added one and signed in with it, they see nothing of the team. This includes you."
              checked={needsSecondFactor}
              disabled={change.isPending}
              onChange={({ currentTarget }) =>
                change.mutate({ body: { needsSecondFactor: currentTarget.checked } })
              }
            />
            {change.error && <ProblemAlert problem={change.error} />}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function RenameDialog({ onClose }: { onClose: () => void }) {
  const { team } = useAppState();
  const rename = useIdentity(changeTeam);
  return (
    <TeamNameDialog
      title="Rename the team"
      submit="Rename"
      before={team.name}
      busy={rename.isPending}
      problem={rename.error}
      onSubmit={(name) => rename.mutate({ body: { name } }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
