import { Button, Stack, Text } from '@mantine/core';
import type { ControlsPreview } from '../../../contract/compliance.js';
import { CONTROLS_TEMPLATE } from '../../../contract/file-templates.js';
import { saveFile } from '../../api/save-file.js';
import { count } from '../../ui/format.js';
import { ImportFileDialog } from '../../ui/ImportFileDialog.js';
import { ChangeLines, FileProblems, IgnoredNames } from '../../ui/ImportPlan.js';
import { useImportControls, usePreviewControls } from './custom-control.api.js';

interface ImportControlsDialogProps {
  onImported: (done: ControlsPreview) => void;
  onClose: () => void;
}

/** Previews what a file of custom controls adds and changes before anything is stored. */
export function ImportControlsDialog(props: ImportControlsDialogProps) {
  const preview = usePreviewControls();
  const send = useImportControls();
  return (
    <ImportFileDialog
      title="Import custom controls"
      description="CSV with the columns id, domain, title and intent, or YAML or JSON; up to 16 MB. New ids are added and existing ones changed; all others stay."
      accept=".csv,.tsv,.yaml,.yml,.json"
      preview={preview}
      send={send}
      isReady={({ problems }) => problems.length === 0}
      hint={
        <Button variant="subtle" size="compact-sm" onClick={() => saveFile(CONTROLS_TEMPLATE)}>
          Download a template (CSV)
        </Button>
      }
      {...props}
    >
      {(plan) => <Plan plan={plan} />}
    </ImportFileDialog>
  );
}

function Plan({ plan }: { plan: ControlsPreview }) {
  const { problems, added, changed, unchanged, notRead } = plan;
  if (problems.length > 0) {
    return (
      <>
        <FileProblems problems={problems} />
        <IgnoredNames names={notRead} />
      </>
    );
  }
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <ChangeLines
        changes={[
          { label: 'Added', items: added },
          { label: 'Changed', items: changed },
        ]}
      />
      <IgnoredNames names={notRead} />
      {unchanged > 0 && (
        <Text size="sm" c="dimmed">
          {count(unchanged)} unchanged
        </Text>
      )}
    </Stack>
  );
}
