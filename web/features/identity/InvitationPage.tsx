import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { ROLE_TEXTS } from '../../../contract/roles.js';
import { acceptInvitation, type previewInvitation } from '../../../contract/teams.js';
import { Facts } from '../../ui/Facts.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageForm } from '../../ui/PageForm.js';
import { PasswordField } from '../../ui/PasswordField.js';
import { useFieldErrors } from '../../ui/validation.js';
import { ChallengeForm } from './ChallengeForm.js';
import { MissingToken } from './MissingToken.js';
import { NewPasswordField } from './NewPasswordField.js';
import { ProviderButtons } from './ProviderButtons.js';
import { PublicPage } from './PublicPage.js';
import { SignInProblem } from './SignInProblem.js';
import { invitationQuery, useAcceptInvitation } from './sign-in.api.js';
import { useFragmentToken } from './useFragmentToken.js';

export function InvitationPage() {
  const token = useFragmentToken('token');
  return token === null ? <MissingToken /> : <Invitation token={token} />;
}

function Invitation({ token }: { token: string }) {
  const query = useQuery(invitationQuery(token));
  return (
    <PublicPage title={query.data ? `Join ${query.data.team}` : 'Invitation'}>
      <Loaded query={query}>
        {(preview) => (
          <>
            <AcceptForm token={token} {...preview} />
            <ProviderButtons path="/" token={token} />
          </>
        )}
      </Loaded>
    </PublicPage>
  );
}

type Preview = z.infer<typeof previewInvitation.result>;

function AcceptForm({ token, email, team, role, isKnown }: Preview & { token: string }) {
  const accept = useAcceptInvitation();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { errors, rest, check } = useFieldErrors(
    isKnown ? acceptInvitation.body : acceptInvitation.body?.required({ name: true }),
    ['name', 'password'],
    accept.error,
  );
  const submit = () => {
    const body = { token, password, ...(isKnown ? {} : { name }) };
    if (check(body)) accept.mutate(body);
  };
  if (accept.data?.challenge) return <ChallengeForm challenge={accept.data.challenge.token} />;
  const { name: roleName, about } = ROLE_TEXTS[role];
  return (
    <PageForm submit="Join the team" busy={accept.isPending} wide onSubmit={submit}>
      <Facts
        facts={[
          { label: 'Team', value: team },
          { label: 'Your role', value: `${roleName}: ${about}` },
          { label: 'E-mail', value: email },
        ]}
      />
      {/* So that password managers know whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      {isKnown ? (
        <PasswordField
          label="Your password"
          description="You have an account here with this e-mail address."
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={errors.password}
        />
      ) : (
        <>
          <TextInput
            label="Your name"
            autoComplete="name"
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={errors.name}
            required
          />
          <NewPasswordField value={password} onChange={setPassword} error={errors.password} />
        </>
      )}
      <SignInProblem problem={rest} wrong="The password is wrong." />
    </PageForm>
  );
}
