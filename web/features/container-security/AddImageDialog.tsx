import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormDialog } from '../../ui/FormDialog.js';
import { useAddImage } from './image.api.js';

/** Adds an image to the inventory without scanning it. */
export function AddImageDialog({ onClose }: { onClose: () => void }) {
  const add = useAddImage();
  const navigate = useNavigate();
  const [reference, setReference] = useState('');
  const [error, setError] = useState<string>();
  const submit = () => {
    const given = reference.trim();
    setError(given === '' ? 'This field is required' : undefined);
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
        description="The name you would pull; it is stored in full. You can scan the image from its page."
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
