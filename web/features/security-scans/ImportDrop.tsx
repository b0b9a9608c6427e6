import { Button, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useDropzone } from 'react-dropzone';
import { useAppState } from '../../app/AppStateContext.js';
import classes from '../../ui/FileDrop.module.css';
import { useUploads } from './UploadsContext.js';

/** Takes reports by drag and drop or by choosing files. The server recognises what they are. */
export function ImportDrop() {
  const { may, unavailable } = useAppState();
  const { add } = useUploads();
  const away = unavailable('security-scans');
  const disabled = !may('imports:write') || away !== null;
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    onDropAccepted: (files) => add(files),
    noClick: true,
    noKeyboard: true,
    disabled,
  });
  if (disabled) {
    return (
      <Text size="sm" c="dimmed">
        {away
          ? `Reports cannot be imported now: the module ${away.name} is unavailable${away.reason ? ` (${away.reason})` : ''}.`
          : 'Your role may not import reports. Ask an administrator of the team.'}
      </Text>
    );
  }
  return (
    <div {...getRootProps({ role: 'group', 'aria-label': 'Import reports', tabIndex: undefined })}>
      <div className={classes.drop} data-active={isDragActive}>
        <input {...getInputProps({ 'aria-label': 'Report files', multiple: true })} />
        <Stack align="center" gap="xs">
          <FileUp size={32} strokeWidth={1.5} aria-hidden color="var(--app-quiet)" />
          <Text fw={600} ta="center">
            {isDragActive ? 'Drop to import' : 'Drop scanner reports here'}
          </Text>
          <Text size="sm" c="dimmed" ta="center">
            Reports of Prowler, Trivy, ZAP, Nmap and nuclei, and of any tool as SARIF or OCSF; plain
            or gzip. One or many; the format is recognised from the content.
          </Text>
          <Button mt={4} onClick={open}>
            Choose files
          </Button>
        </Stack>
      </div>
    </div>
  );
}
