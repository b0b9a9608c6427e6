import { type ReactNode, useState } from 'react';
import type {
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
} from '../../../contract/second-factor.js';
import { ApiProblem } from '../../api/api-problem.js';
import type { ResultOf } from '../../api/apiService.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { CodeField } from './CodeField.js';
import { useIdentity } from './identity.api.js';
import { SignInProblem } from './SignInProblem.js';

type WithCode = typeof confirmTotp | typeof renewRecoveryCodes | typeof removeTotp;

interface CodeDialogProps<E extends WithCode> {
  title: string;
  submit: string;
  danger?: boolean;
  recovery?: boolean;
  /** What the code is for. */
  change: E;
  onDone: (result: ResultOf<E>) => void;
  onClose: () => void;
  children: ReactNode;
}

/** A change of the second factor, which needs a code of it. */
export function CodeDialog<E extends WithCode>(props: CodeDialogProps<E>) {
  const { change: endpoint, recovery, onDone, children, ...dialog } = props;
  const change = useIdentity<WithCode>(endpoint);
  const [code, setCode] = useState('');
  const [isShort, setShort] = useState(false);
  const isWrong = change.error instanceof ApiProblem && change.error.code === 'unauthenticated';
  const submit = () => {
    const next = code.trim().length < 6;
    setShort(next);
    if (next) return;
    change.mutate({ body: { code } }, { onSuccess: (result) => onDone(result as ResultOf<E>) });
  };
  return (
    <FormDialog
      {...dialog}
      busy={change.isPending}
      problem={isWrong ? null : change.error}
      onSubmit={submit}
    >
      {children}
      <CodeField code={code} onChange={setCode} isShort={isShort} recovery={recovery} />
      {isWrong && <SignInProblem problem={change.error} title="Wrong code" />}
    </FormDialog>
  );
}
