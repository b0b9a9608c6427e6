import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { changeName, changePassword } from '../../../contract/sign-in.js';
import { ApiProblem } from '../../api/api-problem.js';
import { useAppState } from '../../app/AppStateContext.js';
import { counted } from '../../ui/format.js';
import { PageForm } from '../../ui/PageForm.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { PasswordField } from '../../ui/PasswordField.js';
import { Section } from '../../ui/Section.js';
import { useFieldErrors } from '../../ui/validation.js';
import { useIdentity } from './identity.api.js';
import { LinkedIdentities } from './LinkedIdentities.js';
import { NewPasswordField } from './NewPasswordField.js';
import { SecondFactor } from './SecondFactor.js';
import { Sessions } from './Sessions.js';

export function AccountPage() {
  return (
    <>
      <PageHeader
        title="Account"
        about="Your name, how you sign in, and where you are signed in."
      />
      <Stack>
        <Name />
        <Password />
        <SecondFactor />
        <LinkedIdentities />
        <Sessions />
      </Stack>
    </>
  );
}

function Name() {
  const { user } = useAppState();
  const rename = useIdentity(changeName);
  const [name, setName] = useState(user.name);
  const { errors, rest, check } = useFieldErrors(changeName.body, ['name'], rename.error);
  const submit = () => {
    if (check({ name })) rename.mutate({ body: { name } });
  };
  return (
    <Section title="Name">
      <PageForm submit="Save the name" busy={rename.isPending} problem={rest} onSubmit={submit}>
        <TextInput
          label="Your name"
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={errors.name}
          w="100%"
          maw={420}
        />
        {rename.isSuccess && (
          <Text size="sm" role="status">
            Saved.
          </Text>
        )}
      </PageForm>
    </Section>
  );
}

const EMPTY = { current: '', next: '' };

function Password() {
  const change = useIdentity(changePassword);
  const [draft, setDraft] = useState(EMPTY);
  const isWrong = change.error instanceof ApiProblem && change.error.code === 'unauthenticated';
  // The server judges any new password under the name `password`.
  const { errors, rest, check } = useFieldErrors(
    changePassword.body,
    ['current', 'next', 'password'],
    isWrong ? null : change.error,
  );
  const current = errors.current && 'This field is required';
  const submit = () => {
    if (check(draft)) change.mutate({ body: draft }, { onSuccess: () => setDraft(EMPTY) });
  };
  return (
    <Section title="Password">
      <PageForm
        submit="Change the password"
        busy={change.isPending}
        problem={rest}
        onSubmit={submit}
      >
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          value={draft.current}
          onChange={(value) => setDraft({ ...draft, current: value })}
          error={current ?? (isWrong && 'The current password is wrong')}
          w="100%"
          maw={420}
        />
        <NewPasswordField
          label="New password"
          value={draft.next}
          onChange={(next) => setDraft({ ...draft, next })}
          error={errors.next ?? errors.password}
          maw={420}
        />
        {change.data && (
          <Text size="sm" role="status">
            Changed. {counted(change.data.endedSessions, 'other session')} ended.
          </Text>
        )}
      </PageForm>
    </Section>
  );
}
