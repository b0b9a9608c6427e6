import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useState } from 'react';

interface PasswordFieldProps extends Omit<PasswordInputProps, 'value' | 'onChange'> {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A password that can be shown, also with the keyboard. */
export function PasswordField({ onChange, ...input }: PasswordFieldProps) {
  const [visible, setVisible] = useState(false);
  return (
    <PasswordInput
      required
      {...input}
      // Mantine only colours it.
      aria-invalid={input.error ? true : undefined}
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': visible ? 'Hide it' : 'Show it' }}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
