import { Button, Group, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnswerValue, AssessmentQuestion } from '../../../contract/assessments.js';
import { useAppState } from '../../app/AppStateContext.js';
import { AskedNumbers, type Numbers, valuesOf } from '../../ui/AskedNumbers.js';
import { words } from '../../ui/format.js';
import { settingsQuery } from './assessment.api.js';

interface AnswerFormProps {
  question: AssessmentQuestion;
  value: AnswerValue;
  busy: boolean;
  onSave: (body: {
    value: AnswerValue;
    explanation: string;
    owner: string | null;
    validityDays?: number;
    values?: Record<string, number>;
    evidence: ({ kind: 'url'; url: string } | { kind: 'evidence'; evidenceId: string })[];
  }) => void;
  onCancel: () => void;
}

/** Explains the effect of “not applicable”: excluding a control takes a second person. */
function useOwnerHint({ kind }: AssessmentQuestion, value: AnswerValue, owner: string) {
  const { may, user } = useAppState();
  if (kind !== 'control' || value !== 'not_applicable') return undefined;
  if (!may('compliance:write')) {
    return 'Your role may not decide on controls: this only affects the assessment.';
  }
  if (owner === '' || owner === user.name) {
    return 'The control is only excluded from scores if the owner is someone other than you. Until then this only affects the assessment.';
  }
  return `The control is excluded from scores with ${owner} as approver, unless it has a decision elsewhere.`;
}

export function AnswerForm({ question, value, busy, onSave, onCancel }: AnswerFormProps) {
  const { answer } = question;
  const own = answer && !answer.auto ? answer : null;
  const [explanation, setExplanation] = useState(own?.explanation ?? '');
  const [links, setLinks] = useState(
    (own?.evidence ?? [])
      .map((each) => (each.kind === 'url' ? each.url : each.evidenceId))
      .join('\n'),
  );
  const [owner, setOwner] = useState(own?.owner ?? '');
  const [numbers, setNumbers] = useState<Numbers>(own?.values ?? {});
  const [days, setDays] = useState<number | string>('');
  const { data: settings } = useQuery(settingsQuery);
  const hint = useOwnerHint(question, value, owner.trim());
  const save = () =>
    onSave({
      value,
      explanation,
      owner: owner.trim() || null,
      ...(Number(days) > 0 ? { validityDays: Number(days) } : {}),
      ...valuesOf(numbers),
      evidence: links
        .split(/\s+/)
        .filter(Boolean)
        .map((link) =>
          link.includes(':') ? { kind: 'url', url: link } : { kind: 'evidence', evidenceId: link },
        ),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="xs" maw={640}>
        <Textarea
          label="Explanation"
          description={
            value === 'yes' ? 'Without an explanation or evidence it counts as partial.' : undefined
          }
          value={explanation}
          onChange={(event) => setExplanation(event.currentTarget.value)}
          required={value === 'not_applicable'}
          maxLength={4_000}
          rows={2}
          data-autofocus
        />
        <AskedNumbers asked={question.numbers ?? []} values={numbers} onChange={setNumbers} />
        <Textarea
          label="Evidence"
          description="URLs or evidence ids, one per line."
          value={links}
          onChange={(event) => setLinks(event.currentTarget.value)}
          rows={2}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Owner"
            description={hint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={owner}
            onChange={(event) => setOwner(event.currentTarget.value)}
            maxLength={200}
          />
          <NumberInput
            label="Valid for (days)"
            placeholder={settings && String(settings.validityDays)}
            value={days}
            onChange={setDays}
            min={1}
            max={370}
          />
        </Group>
        <Group>
          <Button type="submit" size="xs" loading={busy}>
            Save “{words(value)}”
          </Button>
          <Button size="xs" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
