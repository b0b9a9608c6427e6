import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { ScfForbidden } from './ScfForbidden.js';
import { usePreviewScf } from './scf.api.js';

/** Sends a workbook; the preview opens when the server has read it. */
export function ScfUpload({
  onPreview,
  onFailed,
}: {
  onPreview: (releaseId: string) => void;
  /** What was read before is not what was sent now. */
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
          The official .xlsx. It is read and compared first; nothing is used before you import it.
        </Text>
      </Group>
      {preview.isPending && (
        <div role="status">
          <Text size="sm" mb={4}>
            {sent < 1 ? 'Sending the workbook …' : 'Reading the workbook …'}
          </Text>
          <Progress value={sent * 100} animated={sent >= 1} aria-label="Upload" />
        </div>
      )}
      {preview.error && <ProblemAlert problem={preview.error} />}
    </Stack>
  );
}
