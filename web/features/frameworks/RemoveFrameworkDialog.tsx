import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { AvailableFramework } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useRemoveFramework } from './framework-library.api.js';

interface RemoveFrameworkDialogProps {
  framework: AvailableFramework;
  onClose: () => void;
}

export function RemoveFrameworkDialog({ framework, onClose }: RemoveFrameworkDialogProps) {
  const { id, name } = framework;
  const [confirm, setConfirm] = useState('');
  const [wrong, setWrong] = useState(false);
  const remove = useRemoveFramework(id);
  return (
    <FormDialog
      title={`Remove ${name}?`}
      submit="Remove"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() =>
        confirm === id ? remove.mutate(confirm, { onSuccess: onClose }) : setWrong(true)
      }
      onClose={onClose}
    >
      <Text size="sm">
        Its attestations are kept and apply again if you re-import it. Export it first if you have
        no copy.
      </Text>
      <TextInput
        label={`Type ${id} to confirm`}
        value={confirm}
        error={wrong && confirm !== id ? `Type exactly ${id}` : undefined}
        onChange={(event) => setConfirm(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
