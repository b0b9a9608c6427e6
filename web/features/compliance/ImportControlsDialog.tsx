import { Button, FileInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ControlsPreview } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count } from '../../ui/format.js';
import { saveFile } from './framework-library.api.js';
import { ChangeLines, FileProblems } from './ImportPlan.js';
import { TEMPLATE, useImportControls, usePreviewControls } from './own-controls.api.js';

interface ImportControlsDialogProps {
  onImported: (done: ControlsPreview) => void;
  onClose: () => void;
}

/** Shows what a file of own controls would add and change before anything is stored. */
export function ImportControlsDialog({ onImported, onClose }: ImportControlsDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const preview = usePreviewControls();
  const send = useImportControls();
  const plan = preview.data;
  const choose = (chosen: File | null) => {
    setFile(chosen);
    send.reset();
    if (chosen) preview.mutate(chosen);
    else preview.reset();
  };
  return (
    <FormDialog
      title="Import controls of your own"
      submit="Import"
      busy={preview.isPending || send.isPending}
      problem={preview.error ?? send.error}
      onSubmit={() => {
        setAsked(true);
        if (file && plan?.problems.length === 0) {
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
        description="CSV with the columns id, domain, title and intent, or YAML or JSON; at most 5 MB. It adds controls and changes those with the same ids; the others stay."
        placeholder="Choose a file"
        accept=".csv,.tsv,.yaml,.yml,.json"
        value={file}
        onChange={choose}
        error={asked && !file ? 'Choose a file first' : undefined}
        clearable
      />
      {!file && (
        <Button variant="subtle" size="compact-sm" onClick={() => saveFile(TEMPLATE)}>
          Download a template (CSV)
        </Button>
      )}
      {plan && <Plan plan={plan} />}
    </FormDialog>
  );
}

function Plan({ plan: { problems, added, changed, unchanged } }: { plan: ControlsPreview }) {
  if (problems.length > 0) return <FileProblems problems={problems} />;
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <ChangeLines
        changes={[
          { label: 'Added', items: added },
          { label: 'Changed', items: changed },
        ]}
      />
      {unchanged > 0 && (
        <Text size="sm" c="dimmed">
          {count(unchanged)} unchanged
        </Text>
      )}
    </Stack>
  );
}
