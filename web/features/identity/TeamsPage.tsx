import { Button, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { createTeam } from '../../../contract/teams.js';
import { useAppState } from '../../app/AppStateContext.js';
import { count, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { SystemSections } from '../platform/SystemSections.js';
import { DeleteTeamDialog } from './DeleteTeamDialog.js';
import { teamsQuery, useIdentity } from './identity.api.js';
import { TeamNameDialog } from './TeamNameDialog.js';

/** The first team, which stays. */
const DEFAULT_TEAM = 'default';

export function TeamsPage() {
  const { may } = useAppState();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Teams"
        about="Each team has its own accounts, findings, controls and evidence, and sees nothing of the others."
        actions={
          may('installation:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setCreating(true)}>
              Create a team
            </Button>
          )
        }
      />
      <SystemSections />
      {may('installation:write') ? (
        <TeamList />
      ) : (
        <NotAllowed what="see the teams of the installation" />
      )}
      {creating && <NewTeamDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function TeamList() {
  const { team: current } = useAppState();
  const [deleting, setDeleting] = useState<{ id: string; name: string } | null>(null);
  return (
    <Section title="Teams">
      <Loaded query={useQuery(teamsQuery)}>
        {({ items }) => (
          <ScrollTable label="Teams of the installation">
            <Table.Thead>
              <Table.Tr>
                {['Team', 'Members', 'Created', 'Actions'].map((title) => (
                  <Table.Th key={title}>{title}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ id, name, members, createdAt, isDeleting }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    {name} {id === current.id && <Tag tone="gray">Current</Tag>}{' '}
                    {isDeleting && <Tag tone="amber">Being deleted</Tag>}
                  </Table.Td>
                  <Table.Td className="tabular">{count(members)}</Table.Td>
                  <Table.Td>{day(createdAt)}</Table.Td>
                  <Table.Td ta="right">
                    {!isDeleting && id !== DEFAULT_TEAM && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Delete ${name}`}
                        onClick={() => setDeleting({ id, name })}
                      >
                        Delete
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </ScrollTable>
        )}
      </Loaded>
      {deleting && <DeleteTeamDialog team={deleting} onClose={() => setDeleting(null)} />}
    </Section>
  );
}

function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const create = useIdentity(createTeam);
  return (
    <TeamNameDialog
      title="Create a team"
      submit="Create"
      busy={create.isPending}
      problem={create.error}
      onSubmit={(name) => create.mutate({ body: { name } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        You become its admin. Switch to it in the menu of your account to invite members.
      </Text>
    </TeamNameDialog>
  );
}
