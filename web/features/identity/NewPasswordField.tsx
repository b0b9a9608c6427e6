import { PASSWORD_MIN } from '../../../contract/sign-in.js';
import { PasswordField } from '../../ui/PasswordField.js';

interface NewPasswordFieldProps {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  maw?: number;
}

/** A password to choose. */
export function NewPasswordField({ label = 'Password', ...field }: NewPasswordFieldProps) {
  return (
    <PasswordField
      {...field}
      label={label}
      description={`At least ${PASSWORD_MIN} characters; several unrelated words are a good choice.`}
      autoComplete="new-password"
      w="100%"
    />
  );
}
