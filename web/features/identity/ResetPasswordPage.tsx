import { useState } from 'react';
import { resetPassword } from '../../../contract/sign-in.js';
import { PageForm } from '../../ui/PageForm.js';
import { useFieldErrors } from '../../ui/validation.js';
import { ChallengeForm } from './ChallengeForm.js';
import { MissingToken } from './MissingToken.js';
import { NewPasswordField } from './NewPasswordField.js';
import { PublicPage } from './PublicPage.js';
import { SignInProblem } from './SignInProblem.js';
import { useResetPassword } from './sign-in.api.js';
import { useFragmentToken } from './useFragmentToken.js';

/** The server judges the token, with a reason. */
const PASSWORD = resetPassword.body?.pick({ password: true });

export function ResetPasswordPage() {
  const token = useFragmentToken('token');
  if (token === null) return <MissingToken />;
  return (
    <PublicPage
      title="Set a new password"
      about="It signs you in here and ends all your other sessions."
    >
      <ResetForm token={token} />
    </PublicPage>
  );
}

function ResetForm({ token }: { token: string }) {
  const reset = useResetPassword();
  const [password, setPassword] = useState('');
  const { errors, rest, check } = useFieldErrors(PASSWORD, ['password'], reset.error);
  const submit = () => {
    if (check({ password })) reset.mutate({ token, password });
  };
  if (reset.data?.challenge) return <ChallengeForm challenge={reset.data.challenge.token} />;
  return (
    <PageForm submit="Set and sign in" busy={reset.isPending} wide onSubmit={submit}>
      <NewPasswordField
        label="New password"
        value={password}
        onChange={setPassword}
        error={errors.password}
      />
      <SignInProblem
        problem={rest}
        wrong="This link was used or has expired. Ask an administrator for a new one."
      />
    </PageForm>
  );
}
