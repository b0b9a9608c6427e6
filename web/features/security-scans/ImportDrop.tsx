import { Text } from '@mantine/core';
import { useAppState } from '../../app/AppStateContext.js';
import { FileDrop } from '../../ui/FileDrop.js';
import { useUploads } from './UploadsContext.js';

/** Takes reports by drag and drop or through the file chooser. The server detects their format. */
export function ImportDrop() {
  const { may, unavailable } = useAppState();
  const { add } = useUploads();
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
    <FileDrop
      label="Import reports"
      inputLabel="Report files"
      title="Drop scanner reports here"
      dropTitle="Drop to import"
      button={{ mt: 4 }}
      onFiles={add}
    >
      <Text size="sm" c="dimmed" ta="center">
        Scanner reports, plain or gzipped, one or many. The format is detected from the content.
      </Text>
    </FileDrop>
  );
}
