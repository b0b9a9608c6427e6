import { Group, UnstyledButton } from '@mantine/core';
import classes from './Choices.module.css';
import { count } from './format.js';

interface ChoicesProps<T extends string> {
  label: string;
  options: readonly { value: T | undefined; label: string; count?: number }[];
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

/** A choice among a few visible options, such as a status filter or a view. */
export function Choices<T extends string>({ label, options, value, onChange }: ChoicesProps<T>) {
  return (
    <Group gap={6} role="group" aria-label={label}>
      {options.map((option) => (
        <UnstyledButton
          key={option.label}
          className={classes.choice}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && (
            <span className={`tabular ${classes.count}`}>{count(option.count)}</span>
          )}
        </UnstyledButton>
      ))}
    </Group>
  );
}
