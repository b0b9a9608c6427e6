import { Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { triageFinding } from '../../../contract/security-scans.js';
import { DayInput, dayAhead, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import { type TriageInput, useTriage } from './finding.api.js';

type Kind = Exclude<TriageInput['status'], 'open'>;

const kinds: readonly { value: Kind; label: string; description: string }[] = [
  {
    value: 'accepted',
    label: 'Accept the risk',
    description: 'It is real, and you accept it for a limited time.',
  },
  {
    value: 'suppressed',
    label: 'Suppress',
    description: 'It is handled elsewhere or not relevant here.',
  },
  { value: 'false_positive', label: 'False positive', description: 'The tool is wrong.' },
];

export function TriageDialog({ findingId, onClose }: { findingId: string; onClose: () => void }) {
  const triage = useTriage(findingId);
  const [kind, setKind] = useState<Kind>('accepted');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(dayAhead(90));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const body: TriageInput = { status: kind, reason, expiresAt: endOfDay(until) ?? '' };
    const found = fieldErrors(triageFinding.body, body);
    setErrors(found ?? {});
    if (!found) triage.mutate(body, { onSuccess: onClose });
  };
  const refused = refusal(triage.error, ['reason', 'expiresAt']);
  return (
    <FormDialog
      title="Triage the finding"
      submit="Save"
      busy={triage.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Radio.Group
        label="Decision"
        value={kind}
        onChange={(value) => setKind(kinds.find((each) => each.value === value)?.value ?? kind)}
      >
        <Stack gap="xs" mt="xs">
          {kinds.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label="Reason"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={errors.reason ?? refused.errors.reason}
        rows={3}
        resize="vertical"
        required
      />
      <DayInput
        label="Until"
        description="Up to a year; then the finding reopens."
        value={until}
        onChange={setUntil}
        maxDays={364}
        error={errors.expiresAt ?? refused.errors.expiresAt}
        required
      />
      <Text size="xs" c="dimmed">
        Suppressed and accepted findings still lower their controls: only evidence of a fix raises
        them.
      </Text>
    </FormDialog>
  );
}
