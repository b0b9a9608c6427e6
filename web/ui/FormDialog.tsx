import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { focusFirstError, useFocusFirstError } from './focus-first-error.js';
import { ProblemAlert } from './ProblemAlert.js';

interface FormDialogProps {
  title: string;
  submit: string;
  danger?: boolean;
  /** The label of the button that closes the dialog. */
  dismiss?: string;
  busy: boolean;
  problem: unknown;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with a form or a plain confirmation, which shows the error if submitting fails. */
export function FormDialog(props: FormDialogProps) {
  const { title, submit, danger = false, dismiss = 'Cancel' } = props;
  const { busy, problem, onSubmit, onClose, children } = props;
  const form = useFocusFirstError(busy);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
          focusFirstError(event.currentTarget);
        }}
      >
        <Stack>
          {children}
          {Boolean(problem) && <ProblemAlert problem={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {dismiss}
            </Button>
            <Button type="submit" loading={busy} color={danger ? 'red.9' : undefined}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
