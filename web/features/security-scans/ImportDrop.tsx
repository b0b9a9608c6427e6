import { Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { FileDrop } from '../../ui/FileDrop.js';
import { type AboutReports, useUploads } from './UploadsContext.js';

const SILENCE =
  'A report that is as wide as before resolves the findings that it lacks. What a filter or a smaller scan would leave out becomes stale instead.';

/** Takes reports by drag and drop or through the file chooser. The server detects their format. */
export function ImportDrop() {
  const { may, unavailable } = useAppState();
  const { add } = useUploads();
  const [target, setTarget] = useState('');
  const [coverage, setCoverage] = useState<AboutReports['coverage']>('');
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
      <Radio.Group
        label="What the reports cover"
        description={SILENCE}
        mb="sm"
        value={coverage}
        onChange={(value) => setCoverage(value as AboutReports['coverage'])}
      >
        <Stack gap={4} mt={4}>
          <Radio value="" label="Compare them with what is known" />
          <Radio value="complete" label="They are complete: resolve whatever they lack" />
          <Radio value="partial" label="They show a part: resolve nothing that they lack" />
        </Stack>
      </Radio.Group>
      <FileDrop
        label="Import reports"
        inputLabel="Report files"
        title="Drop scanner reports here"
        dropTitle="Drop to import"
        button={{ mt: 4 }}
        onFiles={(files) => add(files, { target: target.trim(), coverage })}
      >
        <Text size="sm" c="dimmed" ta="center">
          Scanner reports, plain or gzipped, one or many. The format is detected from the content.
        </Text>
      </FileDrop>
    </>
  );
}
