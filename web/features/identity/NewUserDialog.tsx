import { Checkbox, Group, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createUser, type User } from '../../../contract/users.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { textFields } from '../../ui/text-fields.js';
import { useFieldErrors } from '../../ui/validation.js';
import { useIdentity } from './identity.api.js';
import { NewPasswordField } from './NewPasswordField.js';

interface NewUserDialogProps {
  onClose: () => void;
  onCreated: (user: User, hasPassword: boolean) => void;
}

export function NewUserDialog({ onClose, onCreated }: NewUserDialogProps) {
  const create = useIdentity(createUser);
  const [draft, setDraft] = useState({ email: '', name: '', password: '' });
  const [by, setBy] = useState<'link' | 'password'>('link');
  const [isInstallationAdmin, setAdmin] = useState(false);
  const fields = Object.keys(draft);
  const { errors, rest, check } = useFieldErrors(createUser.body, fields, create.error);
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const text = textFields(draft, errors, change);
  const submit = () => {
    const { password, ...person } = draft;
    const hasPassword = by === 'password';
    const body = { ...person, isInstallationAdmin, ...(hasPassword ? { password } : {}) };
    if (!check(body)) return;
    create.mutate(
      { body },
      {
        onSuccess: (user) => {
          onCreated(user, hasPassword);
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title="Create a user"
      submit="Create"
      busy={create.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="E-mail" type="email" autoComplete="off" {...text('email')} required />
      <TextInput
        label="Name"
        maxLength={100}
        autoComplete="off"
        description="The user is in no team until one invites them."
        {...text('name')}
        required
      />
      <Radio.Group
        label="Who chooses the password"
        value={by}
        onChange={(value) => setBy(value === 'password' ? 'password' : 'link')}
      >
        <Group mt="xs">
          <Radio value="link" label="The user, with a one-time link" />
          <Radio value="password" label="You, now" />
        </Group>
      </Radio.Group>
      {by === 'password' && (
        <NewPasswordField
          value={draft.password}
          onChange={(password) => change({ password })}
          error={errors.password}
        />
      )}
      <Checkbox
        label="Administrator of the installation"
        description="May manage users, teams and what all teams share."
        checked={isInstallationAdmin}
        onChange={({ currentTarget }) => setAdmin(currentTarget.checked)}
      />
    </FormDialog>
  );
}
