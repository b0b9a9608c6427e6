import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { ImportDetail } from '../../../contract/security-scans.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count } from '../../ui/format.js';
import { isRunning, useUndoImport } from './import.api.js';

/** The button that undoes an import after a confirmation; where it cannot be undone, the reason. */
export function ImportUndo({ item }: { item: ImportDetail }) {
  const { may } = useAppState();
  const [isOpen, setOpen] = useState(false);
  if (!may('imports:write') || isRunning(item) || item.status === 'undone') return null;
  const { possible, reason } = item.undo;
  if (!possible) {
    return (
      <Text size="sm" c="dimmed" maw={320}>
        Cannot be undone: {reason}.
      </Text>
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Undo the import
      </Button>
      {isOpen && <UndoDialog item={item} onClose={() => setOpen(false)} />}
    </>
  );
}

function UndoDialog({ item, onClose }: { item: ImportDetail; onClose: () => void }) {
  const undo = useUndoImport(item.id);
  const { opened, reopened, resolved } = item.findings;
  return (
    <FormDialog
      title={`Undo the import of ${item.fileName}?`}
      submit="Undo"
      danger
      busy={undo.isPending}
      problem={undo.error}
      onSubmit={() => undo.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        Findings, results and controls become as they were before it: {count(opened)} opened
        findings are removed, {count(reopened)} reopened ones are resolved again, and{' '}
        {count(resolved)} resolved ones are open again. The file can be imported again later.
      </Text>
    </FormDialog>
  );
}
