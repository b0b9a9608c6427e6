import { Button, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useDropzone } from 'react-dropzone';
import classes from '../../ui/FileDrop.module.css';

/** Takes files by drag and drop or by choosing them; what they are is asked next. */
export function EvidenceDrop({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    onDropAccepted: onFiles,
    noClick: true,
    noKeyboard: true,
  });
  return (
    <div {...getRootProps({ role: 'group', 'aria-label': 'Add evidence', tabIndex: undefined })}>
      <div className={classes.drop} data-active={isDragActive}>
        <input {...getInputProps({ 'aria-label': 'Evidence files', multiple: true })} />
        <Stack align="center" gap="xs">
          <FileUp size={28} strokeWidth={1.5} aria-hidden color="var(--app-quiet)" />
          <Text fw={600} ta="center">
            {isDragActive ? 'Drop to add' : 'Drop policies, procedures and screenshots here'}
          </Text>
          <Button variant="default" size="xs" onClick={open}>
            Choose files
          </Button>
        </Stack>
      </div>
    </div>
  );
}
