import { ActionIcon, Group, Menu, Text, TextInput } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { ROLE_TEXTS } from '../../../contract/roles.js';
import { resetSecondFactor } from '../../../contract/second-factor.js';
import { changeUser, deleteUser, type User } from '../../../contract/users.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, instant } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Tag } from '../../ui/Tag.js';
import { useIdentity } from './identity.api.js';

interface UserRowProps {
  user: User;
  onCreateLink: () => void;
}

export function UserRow({ user, onCreateLink }: UserRowProps) {
  const change = useIdentity(changeUser);
  const resetFactor = useIdentity(resetSecondFactor);
  const problem = change.error ?? resetFactor.error;
  const [deleting, setDeleting] = useState(false);
  const { id, name, email, teams, lastSignInAt } = user;
  const set = (body: Partial<Pick<User, 'status' | 'isInstallationAdmin'>>) =>
    change.mutate({ params: { userId: id }, body });
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <UserTags user={user} />
        </Group>
        <Text size="xs" c="dimmed">
          {email && `${email} · `}
          {lastSignInAt ? `last sign-in ${age(lastSignInAt)}` : 'has not signed in with a password'}
        </Text>
        <Text size="xs" c="dimmed">
          {teams.length === 0
            ? 'In no team'
            : teams.map((team) => `${team.name}: ${ROLE_TEXTS[team.role].name}`).join(' · ')}
        </Text>
        {problem && <ProblemAlert problem={problem} />}
      </div>
      {/* The operator is whoever runs commands on the server’s machine. */}
      {user.kind !== 'operator' && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon
              variant="default"
              size="lg"
              loading={change.isPending}
              aria-label={`Actions for ${name}`}
            >
              <Ellipsis size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {email && <Menu.Item onClick={onCreateLink}>Create a reset link</Menu.Item>}
            {user.kind === 'person' && (
              <Menu.Item onClick={() => set({ isInstallationAdmin: !user.isInstallationAdmin })}>
                {user.isInstallationAdmin
                  ? 'Take away administration'
                  : 'Make administrator of the installation'}
              </Menu.Item>
            )}
            {user.hasSecondFactor && (
              <Menu.Item onClick={() => resetFactor.mutate({ params: { userId: id } })}>
                Remove the second factor
              </Menu.Item>
            )}
            <Menu.Item
              onClick={() => set({ status: user.status === 'active' ? 'disabled' : 'active' })}
            >
              {user.status === 'active' ? 'Disable' : 'Enable'}
            </Menu.Item>
            <Menu.Item color="var(--tone-red-fg)" onClick={() => setDeleting(true)}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {deleting && <DeleteDialog user={user} onClose={() => setDeleting(false)} />}
    </li>
  );
}

const KINDS = { person: null, service: 'Service account', operator: 'Operator of the server' };

function UserTags({ user }: { user: User }) {
  const { kind, isInstallationAdmin, hasSecondFactor, status, lockedUntil } = user;
  return (
    <>
      {KINDS[kind] && <Tag tone="gray">{KINDS[kind]}</Tag>}
      {isInstallationAdmin && <Tag tone="blue">Administrator</Tag>}
      {hasSecondFactor && <Tag tone="green">Second factor</Tag>}
      {status === 'disabled' && <Tag tone="red">Disabled</Tag>}
      {lockedUntil && (
        <Tag tone="amber" title={`Until ${instant(lockedUntil)}, after too many failed sign-ins`}>
          Locked
        </Tag>
      )}
    </>
  );
}

function DeleteDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const remove = useIdentity(deleteUser);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState('');
  const expected = user.email ?? user.name;
  const what = user.email ? 'e-mail address' : 'name';
  const submit = () => {
    const isSame = typed.trim().toLowerCase() === expected.toLowerCase();
    setError(isSame ? '' : `This is not the ${what}`);
    if (isSame) remove.mutate({ params: { userId: user.id } }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Delete ${user.name}?`}
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        Memberships, sessions and API keys are deleted too. The audit trail keeps what the user did.
        To only keep someone out, disable the account.
      </Text>
      <TextInput
        label={`Type the ${what} to confirm`}
        description={expected}
        autoComplete="off"
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        error={error}
        required
      />
    </FormDialog>
  );
}
