import { Checkbox, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AutofillProposal } from '../../../contract/assessments.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { AnswerPath, sure } from './AnswerPath.js';
import { autofillQuery, useAutofill } from './assessment.api.js';

const MAX_SHOWN = 100;

export function AutofillDialog({
  assessmentId,
  onClose,
}: {
  assessmentId: string;
  onClose: () => void;
}) {
  const preview = useQuery(autofillQuery(assessmentId));
  const fill = useAutofill(assessmentId);
  const [accepted, setAccepted] = useState<string[]>([]);
  return (
    <FormDialog
      title="Auto-fill answers"
      submit="Fill in"
      busy={fill.isPending || preview.isPending}
      problem={fill.error}
      onSubmit={() => fill.mutate(accepted, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Loaded query={preview}>
        {({ items, counts }) => {
          const of = (action: AutofillProposal['action']) =>
            items.filter((item) => item.action === action).slice(0, MAX_SHOWN);
          return (
            <Stack gap="sm">
              <Text size="sm" role="status">
                {counted(counts.set, 'answer')} will be filled in, {counts.clear} removed,{' '}
                {counts.suggest} suggested. Your own answers are not changed.
              </Text>
              <Proposals title="Filled in" items={of('set')} />
              <Proposals title="Removed: no longer supported" items={of('clear')} />
              <Proposals title="In conflict: a person must decide" items={of('conflict')} />
              <Proposals title="Kept: your answer differs from the evidence" items={of('kept')} />
              {counts.suggest > 0 && (
                <Checkbox.Group
                  label="Choose the suggestions to apply"
                  value={accepted}
                  onChange={setAccepted}
                >
                  <Stack gap={6} mt="xs">
                    {of('suggest').map(({ questionId, title, value, why, confidence, path }) => (
                      <Checkbox
                        key={questionId}
                        value={questionId}
                        label={`${title}: ${words(value ?? '')} (${sure(confidence)})`}
                        description={
                          <>
                            {why}
                            <AnswerPath path={path} />
                          </>
                        }
                      />
                    ))}
                  </Stack>
                </Checkbox.Group>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </FormDialog>
  );
}

function Proposals({ title, items }: { title: string; items: readonly AutofillProposal[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {items.map(({ questionId, title: question, value, confidence, why, path }) => (
          <li key={questionId}>
            <Text size="sm">
              {question}
              {value && `: ${words(value)} (${sure(confidence)})`}
            </Text>
            <Text size="xs" c="dimmed">
              {why}
            </Text>
            <AnswerPath path={path} />
          </li>
        ))}
      </ul>
    </section>
  );
}
