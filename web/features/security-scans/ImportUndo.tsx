import { Button, List, Text } from '@mantine/core';
import { useState } from 'react';
import type { ImportDetail } from '../../../contract/security-scans.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted } from '../../ui/format.js';
import { isRunning, useUndoImport } from './import.api.js';

/** The button that undoes an import after a confirmation. */
export function ImportUndo({ item }: { item: ImportDetail }) {
  const { may } = useAppState();
  const [isOpen, setOpen] = useState(false);
  if (!may('imports:write') || isRunning(item) || item.status === 'undone') return null;
  if (!item.undo.possible) return null;
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
      <Text size="sm">Findings, results and controls become as they were before it.</Text>
      <List size="sm">
        {effectsOf(item).map((effect) => (
          <List.Item key={effect}>{effect}</List.Item>
        ))}
      </List>
      <Text size="sm">The file can be imported again later.</Text>
    </FormDialog>
  );
}

function effectsOf({ findings: { opened, reopened, resolved } }: ImportDetail): string[] {
  const effects: [count: number, what: string, then: string][] = [
    [opened, 'opened finding', 'removed'],
    [reopened, 'reopened finding', 'resolved again'],
    [resolved, 'resolved finding', 'open again'],
  ];
  return effects
    .filter(([number]) => number > 0)
    .map(([number, what, then]) => `${counted(number, what)}: ${then}`);
}
