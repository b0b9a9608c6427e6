import { TextInput } from '@mantine/core';

interface CodeFieldProps {
  code: string;
  onChange: (code: string) => void;
  /** It was sent with fewer characters than any code has. */
  isShort: boolean;
  /** Whether a recovery code does as well. */
  recovery?: boolean;
}

/** A code of the second factor. */
export function CodeField({ code, onChange, isShort, recovery = true }: CodeFieldProps) {
  return (
    <TextInput
      label="Code"
      description={
        recovery
          ? 'The 6 digits that your authenticator app shows, or a recovery code.'
          : 'The 6 digits that the app shows.'
      }
      autoComplete="one-time-code"
      inputMode={recovery ? undefined : 'numeric'}
      maxLength={40}
      value={code}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={isShort && 'Enter the whole code'}
      required
    />
  );
}
