import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { setUp } from '../../../contract/sign-in.js';
import { Redirect } from '../../app/Redirect.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageForm } from '../../ui/PageForm.js';
import { textFields } from '../../ui/text-fields.js';
import { useFieldErrors } from '../../ui/validation.js';
import { NewPasswordField } from './NewPasswordField.js';
import { PublicPage } from './PublicPage.js';
import { setupQuery, useSetUp } from './sign-in.api.js';

export function SetupPage() {
  return (
    <PublicPage
      title="Create the first administrator"
      about="This installation has no users yet. This account administers it, invites others and works in the first team."
    >
      <Loaded query={useQuery(setupQuery)}>
        {({ needed }) => (needed ? <SetupForm /> : <Redirect to="/sign-in" search={{}} />)}
      </Loaded>
    </PublicPage>
  );
}

function SetupForm() {
  const create = useSetUp();
  const [draft, setDraft] = useState({ email: '', name: '', password: '' });
  const { errors, rest, check } = useFieldErrors(setUp.body, Object.keys(draft), create.error);
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const text = textFields(draft, errors, change);
  const submit = () => {
    if (check(draft)) create.mutate(draft);
  };
  return (
    <PageForm
      submit="Create and sign in"
      busy={create.isPending}
      problem={rest}
      wide
      onSubmit={submit}
    >
      <TextInput label="E-mail" type="email" autoComplete="username" {...text('email')} required />
      <TextInput label="Name" autoComplete="name" maxLength={100} {...text('name')} required />
      <NewPasswordField
        value={draft.password}
        onChange={(password) => change({ password })}
        error={errors.password}
      />
    </PageForm>
  );
}
