import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { attestRequirement, type RequirementState } from '../../../contract/compliance.js';
import { AskedNumbers, type Numbers, valuesOf } from '../../ui/AskedNumbers.js';
import { DayInput, dayAhead, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import { type Attestation, useAttest } from './framework.api.js';

interface AttestDialogProps {
  frameworkId: string;
  requirement: RequirementState;
  onClose: () => void;
}

export function AttestDialog({ frameworkId, requirement, onClose }: AttestDialogProps) {
  const attest = useAttest({ frameworkId, requirementId: requirement.id });
  const [statement, setStatement] = useState(requirement.attestation?.statement ?? '');
  const [numbers, setNumbers] = useState<Numbers>(requirement.attestation?.values ?? {});
  const [until, setUntil] = useState(dayAhead(365));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const body: Attestation = {
      statement,
      expiresAt: endOfDay(until) ?? '',
      ...valuesOf(numbers),
    };
    const found = fieldErrors(attestRequirement.body, body);
    setErrors(found ?? {});
    if (!found) attest.mutate(body, { onSuccess: onClose });
  };
  const refused = refusal(attest.error, ['statement', 'expiresAt']);
  return (
    <FormDialog
      title={`Attest ${requirement.id}`}
      submit="Attest"
      busy={attest.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">{requirement.title}</Text>
      <Textarea
        label="Statement"
        description="What is in place, and where it can be checked."
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
        error={errors.statement ?? refused.errors.statement}
        rows={3}
        resize="vertical"
        required
        data-autofocus
      />
      <AskedNumbers asked={requirement.numbers ?? []} values={numbers} onChange={setNumbers} />
      <DayInput
        label="Valid until"
        value={until}
        onChange={setUntil}
        maxDays={369}
        error={errors.expiresAt ?? refused.errors.expiresAt}
        required
      />
    </FormDialog>
  );
}
