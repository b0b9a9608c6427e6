import { NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type ControlDetail, decideControl } from '../../../contract/compliance.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import { type Decision, useDecideControl } from './control.api.js';

const kinds: readonly { value: Decision['kind']; label: string; description: string }[] = [
  {
    value: 'answer',
    label: 'Answer',
    description:
      'For what no tool can check. Overrules passing evidence, but not failing evidence.',
  },
  {
    value: 'override',
    label: 'Override',
    description: 'Overrules all evidence; flagged when evidence disagrees.',
  },
  {
    value: 'not_applicable',
    label: 'Not applicable',
    description: 'Removes the control from every score. A second person must have approved.',
  },
];
const statuses = ['implemented', 'partial', 'not_implemented'] as const;
type Status = (typeof statuses)[number];

interface DecisionDialogProps {
  control: ControlDetail;
  onClose: () => void;
}

export function DecisionDialog({ control, onClose }: DecisionDialogProps) {
  const decide = useDecideControl(control.id);
  const [kind, setKind] = useState<Decision['kind']>(control.decision?.kind ?? 'answer');
  const [status, setStatus] = useState<Status>(control.decision?.status ?? 'implemented');
  const [justification, setJustification] = useState(control.decision?.justification ?? '');
  const [approver, setApprover] = useState(control.decision?.approver ?? '');
  const [until, setUntil] = useState(control.decision?.expiresAt?.slice(0, 10) ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const reasons = { justification, expiresAt: endOfDay(until) };
    const body: Decision =
      kind === 'not_applicable' ? { kind, approver, ...reasons } : { kind, status, ...reasons };
    const found = fieldErrors(decideControl.body, body);
    setErrors(found ?? {});
    if (!found) decide.mutate(body, { onSuccess: onClose });
  };
  const refused = refusal(decide.error, ['approver', 'justification', 'expiresAt']);
  return (
    <FormDialog
      title={`Decide on ${control.id}`}
      submit="Save the decision"
      busy={decide.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Radio.Group
        label="Kind of decision"
        value={kind}
        onChange={(value) => setKind(kinds.find((each) => each.value === value)?.value ?? 'answer')}
      >
        <Stack gap="xs" mt="xs">
          {kinds.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      {kind !== 'not_applicable' && (
        <NativeSelect
          label="Status"
          value={status}
          onChange={(event) =>
            setStatus(statuses.find((each) => each === event.currentTarget.value) ?? 'partial')
          }
          data={statuses.map((value) => ({ value, label: words(value) }))}
        />
      )}
      {kind === 'not_applicable' && (
        <TextInput
          label="Approver"
          description="The second person who approved; not you."
          value={approver}
          onChange={(event) => setApprover(event.currentTarget.value)}
          error={errors.approver ?? refused.errors.approver}
          required
        />
      )}
      <Textarea
        label="Justification"
        description="Auditors will read this."
        value={justification}
        onChange={(event) => setJustification(event.currentTarget.value)}
        error={errors.justification ?? refused.errors.justification}
        rows={3}
        resize="vertical"
        required
      />
      <DayInput
        label="Valid until"
        description="Leave empty to keep it until withdrawn."
        value={until}
        onChange={setUntil}
        maxDays={3 * 365}
        error={errors.expiresAt ?? refused.errors.expiresAt}
      />
    </FormDialog>
  );
}
