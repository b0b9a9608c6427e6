import { Group, NativeSelect, Radio, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { admitIdentity, type SignOnIdentity } from '../../../contract/identity-providers.js';
import { ROLE_TEXTS, ROLES, type Role } from '../../../contract/roles.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { teamsQuery, useIdentity, usersQuery } from './identity.api.js';

interface AccountFieldsProps {
  email: string | null;
  userId: string;
  onChange: (userId: string) => void;
  error: string;
}

/** Finds the account by a part of its name or e-mail address. */
function AccountFields({ email, userId, onChange, error }: AccountFieldsProps) {
  const [q, setQ] = useState(email ?? '');
  const { data } = useInfiniteQuery(usersQuery(q));
  const found = data?.pages[0]?.items ?? [];
  return (
    <>
      <TextInput
        label="Part of a name or e-mail address"
        value={q}
        maxLength={100}
        onChange={({ currentTarget }) => setQ(currentTarget.value)}
      />
      <NativeSelect
        label="Account"
        description="Whoever signs in as this person acts as that account from then on."
        value={userId}
        data={[
          { value: '', label: found.length === 0 ? 'No account matches' : 'Choose one' },
          ...found.map((user) => ({
            value: user.id,
            label: user.email ? `${user.name} (${user.email})` : user.name,
          })),
        ]}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        error={error}
        required
      />
    </>
  );
}

interface AdmitDialogProps {
  identity: SignOnIdentity;
  name: string;
  onClose: () => void;
}

/** Lets a person who waits in: with a new account in a team, or as an existing account. */
export function AdmitDialog({ identity, name, onClose }: AdmitDialogProps) {
  const admit = useIdentity(admitIdentity);
  const { data: teams } = useQuery(teamsQuery);
  const isNew = identity.userId === null;
  const [how, setHow] = useState<'new' | 'link'>(identity.emailTaken ? 'link' : 'new');
  const [userId, setUserId] = useState('');
  const [teamId, setTeamId] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [error, setError] = useState('');
  const isLink = isNew && how === 'link';
  const submit = () => {
    const isMissing = isLink && userId === '';
    setError(isMissing ? 'This field is required' : '');
    if (isMissing) return;
    const team = { id: teamId || (teams?.items[0]?.id ?? ''), role };
    const body = isLink ? { userId } : { team };
    admit.mutate({ params: { identityId: identity.id }, body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Admit ${name}`}
      submit="Admit"
      busy={admit.isPending}
      problem={admit.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {isNew && (
        <Radio.Group
          label="As"
          value={how}
          onChange={(value) => setHow(value === 'link' ? 'link' : 'new')}
        >
          <Group mt="xs">
            <Radio value="new" label="A new account" />
            <Radio value="link" label="An existing account" />
          </Group>
        </Radio.Group>
      )}
      {isLink ? (
        <AccountFields email={identity.email} userId={userId} onChange={setUserId} error={error} />
      ) : (
        <>
          <NativeSelect
            label="Team"
            value={teamId || (teams?.items[0]?.id ?? '')}
            data={(teams?.items ?? []).map(({ id, name: team }) => ({ value: id, label: team }))}
            onChange={({ currentTarget }) => setTeamId(currentTarget.value)}
          />
          <NativeSelect
            label="Role"
            value={role}
            data={ROLES.map((each) => ({ value: each, label: ROLE_TEXTS[each].name }))}
            onChange={({ currentTarget }) =>
              setRole(ROLES.find((each) => each === currentTarget.value) ?? role)
            }
          />
        </>
      )}
    </FormDialog>
  );
}
