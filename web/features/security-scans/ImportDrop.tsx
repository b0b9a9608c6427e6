import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { FileDrop } from '../../ui/FileDrop.js';
import { useUploads } from './UploadsContext.js';

/** Takes reports by drag and drop or through the file chooser. The server detects their format. */
export function ImportDrop() {
  const { may, unavailable } = useAppState();
  const { add } = useUploads();
  const [target, setTarget] = useState('');
  const away = unavailable('security-scans');
  if (away) {
    return (
      <Text size="sm" c="dimmed">
        Reports cannot be imported now: the module {away.name} is unavailable
        {away.reason && ` (${away.reason})`}.
      </Text>
    );
  }
  if (!may('imports:write')) {
    return (
      <Text size="sm" c="dimmed">
        Your role may not import reports. Ask an administrator of the team.
      </Text>
    );
  }
  return (
    <>
      <TextInput
        label="What was scanned"
        description="Only where the reports do not say it, as with “.” for a folder: a repository, a cluster, an application. Otherwise the file’s name stands for it."
        placeholder="https://git.example.org/acme/shop"
        maxLength={300}
        mb="sm"
        value={target}
        onChange={({ currentTarget }) => setTarget(currentTarget.value)}
      />
      <FileDrop
        label="Import reports"
        inputLabel="Report files"
        title="Drop scanner reports here"
        dropTitle="Drop to import"
        button={{ mt: 4 }}
        onFiles={(files) => add(files, target.trim())}
      >
        <Text size="sm" c="dimmed" ta="center">
          Scanner reports, plain or gzipped, one or many. The format is detected from the content.
        </Text>
      </FileDrop>
    </>
  );
}
