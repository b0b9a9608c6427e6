import { Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteTeam, type TeamContents } from '../../../contract/teams.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, counted, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { teamContentsQuery, useIdentity } from './identity.api.js';

interface DeleteTeamDialogProps {
  team: { id: string; name: string };
  onClose: () => void;
}

/** Kinds whose collection has another name than its documents. */
const NAMES: Record<string, string> = {
  audit: 'Audit entries',
  audit_heads: 'Ends of the audit trail',
};
/** Kinds beyond these are summed up. */
const MAX_SHOWN = 12;

/** Says what goes with a team, and asks for its name. */
export function DeleteTeamDialog({ team, onClose }: DeleteTeamDialogProps) {
  const contents = useQuery(teamContentsQuery(team.id));
  const remove = useIdentity(deleteTeam);
  const [name, setName] = useState('');
  const submit = () =>
    remove.mutate({ params: { teamId: team.id }, body: { name } }, { onSuccess: onClose });
  return (
    <FormDialog
      title={`Delete ${team.name}?`}
      submit="Delete for ever"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        Its members lose access at once, running scans are stopped, and everything it has is
        deleted: data, files, schedules, API keys and its audit trail. It cannot be undone.
      </Text>
      <Loaded query={contents}>{(shown) => <Contents contents={shown} />}</Loaded>
      <TextInput
        label="Name of the team"
        description={`Type “${team.name}” to confirm.`}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        required
      />
    </FormDialog>
  );
}

function Contents({ contents: { members, counts } }: { contents: TeamContents }) {
  const rest = counts.slice(MAX_SHOWN);
  const more = rest.reduce((sum, each) => sum + each.count, 0);
  return (
    <Stack gap={2} component="ul" aria-label="What is deleted" pl="md">
      <Text size="sm" component="li">
        Members: {count(members)}
      </Text>
      {counts.slice(0, MAX_SHOWN).map(({ kind, count: many }) => (
        <Text key={kind} size="sm" component="li" className="tabular">
          {NAMES[kind] ?? words(kind)}: {count(many)}
        </Text>
      ))}
      {more > 0 && (
        <Text size="sm" component="li" className="tabular">
          {counted(rest.length, 'other kind')}: {count(more)}
        </Text>
      )}
    </Stack>
  );
}
