import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { permissionsOf, ROLE_TEXTS, ROLES, type Role } from '../../../contract/roles.js';
import {
  changeServiceAccount,
  createServiceAccount,
  deleteServiceAccount,
  type ServiceAccount,
} from '../../../contract/service-accounts.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { useFieldErrors } from '../../ui/validation.js';
import { serviceAccountsQuery, useIdentity } from './identity.api.js';

/** Programs of the team, which stay when the person who set them up leaves. */
export function ServiceAccounts() {
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="Service accounts"
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => setCreating(true)}
        >
          Create a service account
        </Button>
      }
    >
      <Loaded query={useQuery(serviceAccountsQuery)}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">
              None yet. A service account has no password, and its keys still work when the person
              who set it up leaves.
            </Text>
          ) : (
            <ul className={classes.rows}>
              {items.map((account) => (
                <AccountRow key={account.id} account={account} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {creating && <NewAccountDialog onClose={() => setCreating(false)} />}
    </Section>
  );
}

function AccountRow({ account }: { account: ServiceAccount }) {
  const change = useIdentity(changeServiceAccount);
  const [deleting, setDeleting] = useState(false);
  const { id, name, role, isDisabled, keys, lastUsedAt } = account;
  const toggle = () =>
    change.mutate({ params: { accountId: id }, body: { isDisabled: !isDisabled } });
  return (
    <li className={classes.row} aria-label={`Service account ${name}`}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {isDisabled && <Tag tone="gray">Disabled</Tag>}
        </Group>
        <Text size="xs" c="dimmed">
          {ROLE_TEXTS[role].name} · {counted(keys, 'key')} ·{' '}
          {lastUsedAt ? `last used ${age(lastUsedAt)}` : 'never used'}
        </Text>
        {change.error && <ProblemAlert problem={change.error} />}
      </div>
      <Group gap="xs">
        <Button size="xs" variant="default" loading={change.isPending} onClick={toggle}>
          {isDisabled ? 'Enable' : 'Disable'}
        </Button>
        <Button size="xs" variant="default" onClick={() => setDeleting(true)}>
          Delete
        </Button>
      </Group>
      {deleting && <DeleteDialog account={account} onClose={() => setDeleting(false)} />}
    </li>
  );
}

function NewAccountDialog({ onClose }: { onClose: () => void }) {
  const { may } = useAppState();
  const create = useIdentity(createServiceAccount);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('SECURITY_ANALYST');
  const { errors, rest, check } = useFieldErrors(createServiceAccount.body, ['name'], create.error);
  const body = { name, role };
  return (
    <FormDialog
      title="Create a service account"
      submit="Create"
      busy={create.isPending}
      problem={rest}
      onSubmit={() => check(body) && create.mutate({ body }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Which program it is for."
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={errors.name}
        required
      />
      <NativeSelect
        label="Role"
        description="What its keys may do at most; not more than you."
        value={role}
        onChange={({ currentTarget }) =>
          setRole(ROLES.find((each) => each === currentTarget.value) ?? role)
        }
        data={ROLES.filter((each) => permissionsOf([each]).every(may)).map((each) => ({
          value: each,
          label: `${ROLE_TEXTS[each].name}: ${ROLE_TEXTS[each].about}`,
        }))}
      />
    </FormDialog>
  );
}

function DeleteDialog({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const remove = useIdentity(deleteServiceAccount);
  const params = { accountId: account.id };
  return (
    <FormDialog
      title={`Delete “${account.name}”?`}
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate({ params }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">Its keys stop working at once. This cannot be undone.</Text>
    </FormDialog>
  );
}
