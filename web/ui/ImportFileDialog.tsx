import { FileInput } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { FormDialog } from './FormDialog.js';

type FileMutation<T> = UseMutationResult<T, Error, File>;

interface ImportFileDialogProps<P, R> {
  title: string;
  /** The required format. */
  description: string;
  /** File extensions, in the format of `<input accept>`. */
  accept: string;
  preview: FileMutation<P>;
  send: FileMutation<R>;
  /** Whether the previewed file can be imported. */
  isReady: (plan: P) => boolean;
  /** Shown while no file is chosen. */
  hint?: ReactNode;
  onImported?: (done: R) => void;
  onClose: () => void;
  /** Renders the preview. */
  children: (plan: P) => ReactNode;
}

/** Asks for a file and previews what it changes before anything is stored. */
export function ImportFileDialog<P, R>(props: ImportFileDialogProps<P, R>) {
  const { title, description, accept, preview, send, isReady, hint } = props;
  const { onImported, onClose, children } = props;
  const [file, setFile] = useState<File | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const plan = preview.data;
  const choose = (chosen: File | null) => {
    setFile(chosen);
    send.reset();
    if (chosen) preview.mutate(chosen);
    else preview.reset();
  };
  const submit = () => {
    setSubmitted(true);
    if (!file || plan === undefined || !isReady(plan)) return;
    send.mutate(file, {
      onSuccess: (done) => {
        onImported?.(done);
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={title}
      submit="Import"
      busy={preview.isPending || send.isPending}
      problem={preview.error ?? send.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <FileInput
        label="File"
        description={description}
        placeholder="Choose a file"
        accept={accept}
        value={file}
        onChange={choose}
        error={submitted && !file ? 'Choose a file first' : undefined}
        clearable
      />
      {!file && hint}
      {plan !== undefined && children(plan)}
    </FormDialog>
  );
}
