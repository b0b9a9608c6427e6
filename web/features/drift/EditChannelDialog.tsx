import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { changeDriftChannel, type DriftChannel } from '../../../contract/drift.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors } from '../../ui/validation.js';
import { useDrift } from './drift.api.js';

interface EditChannelDialogProps {
  channel: DriftChannel;
  onClose: () => void;
}

/** Edits a channel, except for its address: a new address needs a new channel. */
export function EditChannelDialog({ channel, onClose }: EditChannelDialogProps) {
  const change = useDrift(changeDriftChannel);
  const [name, setName] = useState(channel.name);
  const [maxPerHour, setMaxPerHour] = useState<number | string>(channel.maxPerHour);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const body = { name, maxPerHour: maxPerHour === '' ? Number.NaN : Number(maxPerHour) };
    const found = fieldErrors(changeDriftChannel.body, body);
    setErrors(found ?? {});
    if (found) return;
    change.mutate({ params: { channelId: channel.id }, body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Edit ${channel.name}`}
      submit="Save"
      busy={change.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={errors.name}
      />
      <NumberInput
        label="Maximum messages per hour"
        description="Messages above it are held and sent later as one."
        min={1}
        max={1_000}
        clampBehavior="none"
        allowDecimal={false}
        value={maxPerHour}
        onChange={setMaxPerHour}
        error={errors.maxPerHour && 'From 1 to 1000.'}
      />
    </FormDialog>
  );
}
