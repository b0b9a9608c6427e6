import { useState } from 'react';
import { PageForm } from '../../ui/PageForm.js';
import { CodeField } from './CodeField.js';
import { SignInProblem } from './SignInProblem.js';
import { useAnswerChallenge } from './sign-in.api.js';

interface ChallengeFormProps {
  /** The token of the sign-in that is waiting for its second factor. */
  challenge: string;
  path?: string;
}

/** The second step of signing in. */
export function ChallengeForm({ challenge, path = '/' }: ChallengeFormProps) {
  const answer = useAnswerChallenge(path);
  const [code, setCode] = useState('');
  const [isShort, setShort] = useState(false);
  const submit = () => {
    const next = code.trim().length < 6;
    setShort(next);
    if (!next) answer.mutate({ challenge, code });
  };
  return (
    <PageForm submit="Sign in" busy={answer.isPending} wide onSubmit={submit}>
      <CodeField code={code} onChange={setCode} isShort={isShort} />
      <SignInProblem problem={answer.error} />
    </PageForm>
  );
}
