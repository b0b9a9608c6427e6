import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createAssessment } from '../../../contract/assessments.js';
import { Attributions } from '../../ui/Attributions.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import { type NewAssessment, questionnairesQuery, useCreateAssessment } from './assessment.api.js';

export function NewAssessmentDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useQuery(questionnairesQuery);
  const create = useCreateAssessment();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const [level, setLevel] = useState('');
  const [due, setDue] = useState('');
  const [assignee, setAssignee] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const items = data?.items ?? [];
  const questionnaire = items.find(({ id }) => id === chosen) ?? items[0];
  const option = (each: (typeof items)[number]) => ({
    value: each.id,
    label: `${each.name} ${each.version}`,
  });
  const submit = () => {
    const body: NewAssessment = {
      questionnaireId: questionnaire?.id ?? '',
      name,
      ...(level && questionnaire?.levels ? { level: Number(level) } : {}),
      ...(endOfDay(due) ? { dueAt: endOfDay(due) } : {}),
      ...(assignee.trim() ? { assignee } : {}),
    };
    const found = fieldErrors(createAssessment.body, body);
    setErrors(found ?? {});
    if (found) return;
    create.mutate(body, {
      onSuccess: ({ id }) =>
        navigate({ to: '/assessments/$assessmentId', params: { assessmentId: id } }),
    });
  };
  const refused = refusal(create.error, ['name', 'dueAt', 'assignee']);
  return (
    <FormDialog
      title="New assessment"
      submit="Start"
      busy={create.isPending}
      problem={refused.rest ?? error}
      onSubmit={submit}
      onClose={onClose}
    >
      <NativeSelect
        label="Questionnaire"
        value={questionnaire?.id ?? ''}
        onChange={(event) => setChosen(event.currentTarget.value)}
        error={errors.questionnaireId}
        data={[
          {
            group: 'Questionnaires',
            items: items.filter(({ asks }) => asks !== 'requirements').map(option),
          },
          {
            group: 'Frameworks, by requirement',
            items: items.filter(({ asks }) => asks === 'requirements').map(option),
          },
        ]}
      />
      {questionnaire && (
        <Text size="sm" c="dimmed">
          {questionnaire.about}
        </Text>
      )}
      <Attributions texts={[questionnaire?.attribution]} />
      {questionnaire?.levels && (
        <NativeSelect
          label="Level"
          description="Each level includes the ones below."
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value)}
          data={[
            { value: '', label: 'All levels' },
            ...Array.from({ length: questionnaire.levels }, (_, i) => ({
              value: String(i + 1),
              label: `Level ${i + 1}`,
            })),
          ]}
        />
      )}
      <TextInput
        label="Name"
        placeholder="Q1 review"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors.name ?? refused.errors.name}
        maxLength={200}
        required
      />
      <TextInput
        label="Assignee"
        value={assignee}
        onChange={(event) => setAssignee(event.currentTarget.value)}
        maxLength={200}
      />
      <DayInput
        label="Due"
        value={due}
        onChange={setDue}
        maxDays={3 * 365}
        error={errors.dueAt ?? refused.errors.dueAt}
      />
    </FormDialog>
  );
}
