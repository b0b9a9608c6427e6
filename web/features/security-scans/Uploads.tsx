import { CloseButton, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { bytes } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { ImportOutcome } from './ImportOutcome.js';
import { ImportStatusTag } from './ImportStatusTag.js';
import { isOver, type Upload, useUploads } from './UploadsContext.js';

interface UploadsProps {
  /** For pages about something else. */
  hideCompleted?: boolean;
}

/** The files uploaded in this session, with their progress and result. */
export function Uploads({ hideCompleted = false }: UploadsProps) {
  const { uploads: all, dismiss } = useUploads();
  const uploads = hideCompleted ? all.filter((each) => each.imported?.status !== 'completed') : all;
  if (uploads.length === 0) return null;
  return (
    <Stack gap="sm" my="md" role="group" aria-label="Uploads">
      {uploads.map((upload) => (
        <UploadCard key={upload.key} upload={upload} onDismiss={() => dismiss(upload.key)} />
      ))}
    </Stack>
  );
}

function UploadCard({ upload, onDismiss }: { upload: Upload; onDismiss: () => void }) {
  const { fileName, sizeBytes, problem, imported } = upload;
  const ended = isOver(upload);
  return (
    <Paper component="article" aria-label={fileName}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="xs">
          <Text fw={600} size="sm">
            {fileName}
          </Text>
          <Text size="xs" c="dimmed" className="tabular">
            {bytes(sizeBytes)}
          </Text>
          {imported && <ImportStatusTag status={imported.status} />}
        </Group>
        {ended && <CloseButton size="sm" aria-label={`Dismiss ${fileName}`} onClick={onDismiss} />}
      </Group>
      {Boolean(problem) && <ProblemAlert problem={problem} />}
      {!ended && <UploadProgress upload={upload} />}
      {ended && imported && <ImportOutcome imported={imported} />}
    </Paper>
  );
}

/** The progress of the upload, then of the import on the server. */
function UploadProgress({ upload }: { upload: Upload }) {
  const { fileName, sent, imported, importId } = upload;
  const phase = phaseOf(upload);
  const fraction = imported ? imported.progress : importId ? 0 : sent;
  const value = Math.round(fraction * 100);
  return (
    <Stack gap={4} mt={6}>
      <Progress.Root>
        <Progress.Section value={value} aria-label={`${phase} ${fileName}`} />
      </Progress.Root>
      <Text size="xs" c="dimmed" className="tabular">
        {phase} {value} %
      </Text>
    </Stack>
  );
}

function phaseOf({ sent, imported, importId }: Upload): string {
  if (imported?.status === 'reading') return 'Reading';
  if (imported?.status === 'applying') return 'Applying';
  if (importId) return 'Waiting';
  return sent > 0 ? 'Uploading' : 'Waiting to upload';
}
