import { Button, Stack, Text } from '@mantine/core';
import type { FrameworkPreview } from '../../../contract/compliance.js';
import { FRAMEWORK_TEMPLATE } from '../../../contract/file-templates.js';
import { saveFile } from '../../api/save-file.js';
import { count, counted } from '../../ui/format.js';
import { ImportFileDialog } from '../../ui/ImportFileDialog.js';
import { ChangeLines, FileProblems, IgnoredNames } from '../../ui/ImportPlan.js';
import { useImportFramework, usePreviewFramework } from './framework-library.api.js';

/** Previews what a file changes before anything is stored. */
export function ImportFrameworkDialog({ onClose }: { onClose: () => void }) {
  const preview = usePreviewFramework();
  const send = useImportFramework();
  return (
    <ImportFileDialog
      title="Import a custom framework"
      description="CSV with the columns framework, framework_name, version, id and title (the first three need a value in one line only), YAML, or an OSCAL catalog as JSON; up to 16 MB. A file with the id of one of your frameworks replaces it."
      accept=".csv,.tsv,.yaml,.yml,.json"
      preview={preview}
      send={send}
      isReady={({ framework, problems }) => framework !== null && problems.length === 0}
      hint={
        <Button variant="subtle" size="compact-sm" onClick={() => saveFile(FRAMEWORK_TEMPLATE)}>
          Download a template (CSV)
        </Button>
      }
      onClose={onClose}
    >
      {(plan) => <Plan plan={plan} />}
    </ImportFileDialog>
  );
}

function Plan({ plan }: { plan: FrameworkPreview }) {
  const { framework, problems, added, changed, removed, unchanged, isNew, notRead } = plan;
  if (!framework || problems.length > 0) {
    return (
      <>
        <FileProblems problems={problems} />
        <IgnoredNames names={notRead} />
      </>
    );
  }
  return (
    <Stack gap="xs" role="status" aria-label="What importing changes">
      <Text size="sm">
        <strong>{framework.name}</strong> {framework.version}:{' '}
        {isNew ? 'a new framework, active on import' : 'replaces your existing one'}.{' '}
        {counted(framework.requirements, 'requirement')}, {counted(framework.controls, 'control')},{' '}
        {counted(framework.attestations, 'requirement needs', 'requirements need')} attestation.
      </Text>
      <ChangeLines
        changes={[
          { label: 'Added', items: added },
          { label: 'Changed', items: changed },
          { label: 'Removed', items: removed },
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
