import { FileInput, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { MappingImportPreview } from '../../../contract/mapping-review.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, counted } from '../../ui/format.js';
import { type ImportedReviews, useImportReviews, usePreviewReviews } from './mapping.api.js';

interface ImportReviewsDialogProps {
  onImported: (done: ImportedReviews) => void;
  onClose: () => void;
}

/** Shows what exported reviews would change here before they are taken over. */
export function ImportReviewsDialog({ onImported, onClose }: ImportReviewsDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const preview = usePreviewReviews();
  const send = useImportReviews();
  const choose = (chosen: File | null) => {
    setFile(chosen);
    send.reset();
    if (chosen) preview.mutate(chosen);
    else preview.reset();
  };
  return (
    <FormDialog
      title="Import mapping reviews"
      submit="Import"
      busy={preview.isPending || send.isPending}
      problem={preview.error ?? send.error}
      onSubmit={() => {
        setAsked(true);
        if (file && preview.data) {
          send.mutate(file, {
            onSuccess: (done) => {
              onImported(done);
              onClose();
            },
          });
        }
      }}
      onClose={onClose}
    >
      <FileInput
        label="File"
        description="JSON lines or YAML, as the export writes them. All of them are taken over or, when one is wrong, none."
        placeholder="Choose a file"
        accept=".jsonl,.ndjson,.json,.yaml,.yml"
        value={file}
        onChange={choose}
        error={asked && !file ? 'Choose a file first' : undefined}
        clearable
      />
      {preview.data && <Plan plan={preview.data} />}
    </FormDialog>
  );
}

const SHOWN = 6;

function Plan({ plan }: { plan: MappingImportPreview }) {
  const { added, replaced, unchanged, unknownChecks, reviews } = plan;
  const rest = added - Math.min(SHOWN, reviews.length);
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <Text size="sm" className="tabular">
        {counted(added, 'review')} to take over
        {replaced > 0 && `, ${count(replaced)} of them over another verdict of your team`};{' '}
        {count(unchanged)} in force already.
        {unknownChecks > 0 &&
          ` ${counted(unknownChecks, 'is', 'are')} of checks without a result yet, and will count when one comes.`}
      </Text>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {reviews.slice(0, SHOWN).map(({ tool, checkId, provider, controlId, verdict }) => (
          <List.Item key={`${tool} ${checkId} ${provider ?? ''} ${controlId}`}>
            {verdict === 'accept' ? 'Accept' : 'Reject'} {checkId} for {controlId}
            {provider && ` (${provider})`}
          </List.Item>
        ))}
      </List>
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          and {count(rest)} more
        </Text>
      )}
    </Stack>
  );
}
