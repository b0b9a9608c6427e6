import { List, Stack, Text } from '@mantine/core';
import type { MappingImportPreview } from '../../../contract/mapping-review.js';
import { count, counted } from '../../ui/format.js';
import { ImportFileDialog } from '../../ui/ImportFileDialog.js';
import { type ImportedReviews, useImportReviews, usePreviewReviews } from './mapping.api.js';

interface ImportReviewsDialogProps {
  onImported: (done: ImportedReviews) => void;
  onClose: () => void;
}

/** Previews what a file of reviews changes before it is imported. */
export function ImportReviewsDialog(props: ImportReviewsDialogProps) {
  const preview = usePreviewReviews();
  const send = useImportReviews();
  return (
    <ImportFileDialog
      title="Import mapping reviews"
      description="JSON lines or YAML, as exported here. If one review is invalid, none is imported."
      accept=".jsonl,.ndjson,.json,.yaml,.yml"
      preview={preview}
      send={send}
      isReady={() => true}
      {...props}
    >
      {(plan) => <Plan plan={plan} />}
    </ImportFileDialog>
  );
}

const SHOWN = 6;

function Plan({ plan }: { plan: MappingImportPreview }) {
  const { added, replaced, unchanged, unknownChecks, reviews } = plan;
  const rest = added - Math.min(SHOWN, reviews.length);
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <Text size="sm" className="tabular">
        {counted(added, 'review')} to import
        {replaced > 0 && `, ${count(replaced)} of them replacing a different verdict of your team`};{' '}
        {count(unchanged)} already in force.
        {unknownChecks > 0 &&
          ` ${counted(unknownChecks, 'is', 'are')} for checks without results yet, and will count once there are some.`}
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
