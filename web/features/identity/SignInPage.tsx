import { Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { signIn } from '../../../contract/sign-in.js';
import { Redirect } from '../../app/Redirect.js';
import { ButtonLink } from '../../ui/links.js';
import { PageForm } from '../../ui/PageForm.js';
import { PageLoading } from '../../ui/PageLoading.js';
import { PasswordField } from '../../ui/PasswordField.js';
import { useFieldErrors } from '../../ui/validation.js';
import { ChallengeForm } from './ChallengeForm.js';
import { ProviderButtons } from './ProviderButtons.js';
import { PublicPage } from './PublicPage.js';
import { returnPathOf } from './return-path.js';
import { SignInProblem } from './SignInProblem.js';
import { setupQuery, useSignIn, useSignInByLink } from './sign-in.api.js';
import { useFragmentToken } from './useFragmentToken.js';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const path = returnPathOf(route.useSearch().next);
  const { data: setup } = useQuery(setupQuery);
  const token = useFragmentToken('link');
  const link = useSignInByLink(path);
  const used = useRef<string | null>(null);
  useEffect(() => {
    // Once, also when React runs effects twice: the link works only once.
    if (token === null || used.current === token) return;
    used.current = token;
    link.mutate(token);
  }, [token, link.mutate]);

  if (token !== null && !link.error) {
    return (
      <PublicPage title="Signing in…">
        <PageLoading />
      </PublicPage>
    );
  }
  // The link of a new installation signs in without the setup.
  if (setup?.needed && token === null) return <Redirect to="/setup" />;
  return (
    <PublicPage title="Sign in">
      <Stack>
        {link.error && (
          <SignInProblem
            problem={link.error}
            wrong="This sign-in link was used or has expired. Restart the server for a new one, or sign in below."
          />
        )}
        {setup?.needed ? (
          <ButtonLink to="/setup" variant="default">
            Create the first administrator
          </ButtonLink>
        ) : (
          <>
            <SignInForm path={path} />
            <ProviderButtons path={path} />
          </>
        )}
      </Stack>
    </PublicPage>
  );
}

function SignInForm({ path }: { path: string }) {
  const attempt = useSignIn(path);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { errors, rest, check } = useFieldErrors(signIn.body, ['email'], attempt.error);
  const submit = () => {
    const body = { email, password };
    if (check(body)) attempt.mutate(body);
  };
  if (attempt.data?.challenge) {
    return <ChallengeForm challenge={attempt.data.challenge.token} path={path} />;
  }
  return (
    <PageForm submit="Sign in" busy={attempt.isPending} wide onSubmit={submit}>
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        error={errors.email}
        required
      />
      <PasswordField
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={errors.password && 'This field is required'}
      />
      <SignInProblem problem={rest} wrong="The e-mail address or the password is wrong." />
      <Text size="sm" c="dimmed">
        Forgot your password? An administrator of the installation can give you a link to set a new
        one.
      </Text>
    </PageForm>
  );
}
