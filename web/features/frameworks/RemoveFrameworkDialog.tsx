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
        Its attestations are kept, and hold again when you import it again. Export it first if you
        have no file of it.
      </Text>
      <TextInput
        label={`Write ${id} to confirm`}
        value={confirm}
        error={wrong && confirm !== id ? `Write exactly ${id}` : undefined}
        onChange={(event) => setConfirm(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
