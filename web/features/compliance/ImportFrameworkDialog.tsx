import { FileInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { FrameworkPreview } from '../../../contract/compliance.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, counted } from '../../ui/format.js';
import { useImportFramework, usePreviewFramework } from './framework-library.api.js';
import { ChangeLines, FileProblems } from './ImportPlan.js';

/** Shows what a file would change before anything is stored. */
export function ImportFrameworkDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const preview = usePreviewFramework();
  const send = useImportFramework();
  const plan = preview.data;
  const isReady = plan?.framework && plan.problems.length === 0;
  const choose = (chosen: File | null) => {
    setFile(chosen);
    send.reset();
    if (chosen) preview.mutate(chosen);
    else preview.reset();
  };
  return (
    <FormDialog
      title="Import a framework of your own"
      submit="Import"
      busy={preview.isPending || send.isPending}
      problem={preview.error ?? send.error}
      onSubmit={() => {
        setAsked(true);
        if (file && isReady) send.mutate(file, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <FileInput
        label="File"
        description="CSV with the columns id and title, YAML, or an OSCAL catalog as JSON; at most 5 MB. A file with the id of a framework of yours replaces it."
        placeholder="Choose a file"
        accept=".csv,.tsv,.yaml,.yml,.json"
        value={file}
        onChange={choose}
        error={asked && !file ? 'Choose a file first' : undefined}
        clearable
      />
      {plan && <Plan plan={plan} />}
    </FormDialog>
  );
}

function Plan({ plan }: { plan: FrameworkPreview }) {
  const { framework, problems, added, changed, removed, unchanged, isNew } = plan;
  if (!framework || problems.length > 0) {
    return <FileProblems problems={problems} />;
  }
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <Text size="sm">
        <strong>{framework.name}</strong> {framework.version}:{' '}
        {isNew ? 'a new framework, active at once' : 'replaces the one you have'}.{' '}
        {counted(framework.requirements, 'requirement')}, {counted(framework.controls, 'control')},{' '}
        {counted(framework.attestations, 'requirement needs', 'requirements need')} a person’s word.
      </Text>
      <ChangeLines
        changes={[
          { label: 'Added', items: added },
          { label: 'Changed', items: changed },
          { label: 'Removed', items: removed },
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
