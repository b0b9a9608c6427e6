import { Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { focusFirstError, useFocusFirstError } from './focus-first-error.js';
import { ProblemAlert } from './ProblemAlert.js';

interface PageFormProps {
  submit: string;
  busy: boolean;
  /** What failed; a page that explains it in its own words passes nothing. */
  problem?: unknown;
  wide?: boolean;
  onSubmit: () => void;
  children: ReactNode;
}

/** A form on a page, with its failure above its button. */
export function PageForm({ submit, busy, problem, wide, onSubmit, children }: PageFormProps) {
  const form = useFocusFirstError(busy);
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
        focusFirstError(event.currentTarget);
      }}
    >
      <Stack align={wide ? 'stretch' : 'flex-start'}>
        {children}
        {Boolean(problem) && <ProblemAlert problem={problem} />}
        <Button type="submit" loading={busy}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}
