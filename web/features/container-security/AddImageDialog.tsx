import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormDialog } from '../../ui/FormDialog.js';
import { useAddImage } from './image.api.js';

/** Takes an image into the inventory; scanning it is another step. */
export function AddImageDialog({ onClose }: { onClose: () => void }) {
  const add = useAddImage();
  const navigate = useNavigate();
  const [reference, setReference] = useState('');
  const [error, setError] = useState<string>();
  const submit = () => {
    const given = reference.trim();
    setError(given === '' ? 'This is needed' : undefined);
    if (given === '') return;
    add.mutate(given, {
      onSuccess: ({ id }) => navigate({ to: '/images/$imageId', params: { imageId: id } }),
    });
  };
  return (
    <FormDialog
      title="Add an image"
      submit="Add"
      busy={add.isPending}
      problem={add.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Image"
        description="As you would pull it. It is written out in full, and can be scanned from its page."
        placeholder="docker.io/library/nginx:1.29"
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
        error={error}
        maxLength={500}
        data-autofocus
        required
      />
    </FormDialog>
  );
}
