import { Button, type ButtonProps, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDropzone } from 'react-dropzone';
import classes from './FileDrop.module.css';

interface FileDropProps {
  label: string;
  inputLabel: string;
  title: string;
  /** Shown while files are dragged over it. */
  dropTitle: string;
  button?: ButtonProps;
  onFiles: (files: File[]) => void;
  children?: ReactNode;
}

/** Takes files by drag and drop or through the file chooser. */
export function FileDrop(props: FileDropProps) {
  const { label, inputLabel, title, dropTitle, button, onFiles, children } = props;
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    onDropAccepted: onFiles,
    noClick: true,
    noKeyboard: true,
  });
  return (
    <div {...getRootProps({ role: 'group', 'aria-label': label, tabIndex: undefined })}>
      <div className={classes.drop} data-active={isDragActive}>
        <input {...getInputProps({ 'aria-label': inputLabel, multiple: true })} />
        <Stack align="center" gap="xs">
          <FileUp size={30} strokeWidth={1.5} aria-hidden color="var(--app-quiet)" />
          <Text fw={600} ta="center">
            {isDragActive ? dropTitle : title}
          </Text>
          {children}
          <Button {...button} onClick={open}>
            Choose files
          </Button>
        </Stack>
      </div>
    </div>
  );
}
