import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { ScfForbidden } from './ScfForbidden.js';
import { usePreviewScf } from './scf.api.js';

/** Uploads a workbook and opens its preview. */
export function ScfUpload({
  onPreview,
  onFailed,
}: {
  onPreview: (releaseId: string) => void;
  /** Closes the preview of an earlier workbook. */
  onFailed: () => void;
}) {
  const { may } = useAppState();
  const [sent, setSent] = useState(0);
  const preview = usePreviewScf(setSent);
  if (!may('installation:write')) {
    return <ScfForbidden />;
  }
  const take = (file: File | null) => {
    if (!file) return;
    setSent(0);
    preview.mutate(file, { onSuccess: ({ release }) => onPreview(release.id), onError: onFailed });
  };
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <FileButton
          onChange={take}
          accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          inputProps={{ 'aria-label': 'SCF workbook' }}
        >
          {(props) => (
            <Button {...props} loading={preview.isPending}>
              Choose workbook
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          The official .xlsx file. You see a preview first; nothing changes until you import it.
        </Text>
      </Group>
      {preview.isPending && (
        <div role="status">
          <Text size="sm" mb={4}>
            {sent < 1 ? 'Uploading the workbook…' : 'Reading the workbook…'}
          </Text>
          <Progress value={sent * 100} animated={sent >= 1} aria-label="Upload" />
        </div>
      )}
      {preview.error && <ProblemAlert problem={preview.error} />}
    </Stack>
  );
}
