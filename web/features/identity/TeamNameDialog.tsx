import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { createTeam } from '../../../contract/teams.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useFieldErrors } from '../../ui/validation.js';

interface TeamNameDialogProps {
  title: string;
  submit: string;
  /** The name so far. */
  before?: string;
  busy: boolean;
  problem: Error | null;
  onSubmit: (name: string) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks for the name of a new or of an existing team. */
export function TeamNameDialog(props: TeamNameDialogProps) {
  const { before = '', problem, onSubmit, children, ...dialog } = props;
  const [name, setName] = useState(before);
  const { errors, rest, check } = useFieldErrors(createTeam.body, ['name'], problem);
  return (
    <FormDialog {...dialog} problem={rest} onSubmit={() => check({ name }) && onSubmit(name)}>
      <TextInput
        label="Name"
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={errors.name}
        required
      />
      {children}
    </FormDialog>
  );
}
