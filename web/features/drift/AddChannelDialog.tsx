import { NativeSelect, NumberInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CHANNEL_KINDS, type ChannelTarget, createDriftChannel } from '../../../contract/drift.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useDrift } from './drift.api.js';

interface AddChannelDialogProps {
  /** Whether the server can send mail. */
  mail: boolean;
  onClose: () => void;
  /** The secret that the server generated for a webhook, if any. */
  onAdded: (secret: string | null) => void;
}

const kindWords = { email: 'Email', slack: 'Slack', teams: 'Microsoft Teams', webhook: 'Webhook' };

export function AddChannelDialog({ mail, onClose, onAdded }: AddChannelDialogProps) {
  const create = useDrift(createDriftChannel);
  const [kind, setKind] = useState<ChannelTarget['kind']>('webhook');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [maxPerHour, setMaxPerHour] = useState(20);
  const target: ChannelTarget =
    kind === 'email'
      ? { kind, to: address.split(/[\s,;]+/).filter(Boolean) }
      : { kind, url: address.trim() };
  const submit = () =>
    create.mutate(
      { body: { name, target, maxPerHour } },
      {
        onSuccess: ({ secret }) => {
          onAdded(secret);
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title="Add a channel"
      submit="Add"
      busy={create.isPending}
      problem={create.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <NativeSelect
        label="Kind"
        value={kind}
        onChange={({ currentTarget }) =>
          setKind(CHANNEL_KINDS.find((one) => one === currentTarget.value) ?? 'webhook')
        }
        data={CHANNEL_KINDS.map((value) => ({ value, label: kindWords[value] }))}
      />
      {kind === 'email' && !mail && (
        <Text size="sm" role="status">
          This server cannot send email yet: set SMTP_URL and SMTP_FROM.
        </Text>
      )}
      <TextInput
        label="Name"
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <TextInput
        label={kind === 'email' ? 'Addresses' : 'Webhook address'}
        description={
          kind === 'email'
            ? 'Comma-separated, up to 20'
            : 'Stored encrypted and not shown again. Private addresses need OUTBOUND_ALLOW.'
        }
        value={address}
        onChange={({ currentTarget }) => setAddress(currentTarget.value)}
      />
      <NumberInput
        label="Maximum messages per hour"
        min={1}
        max={1_000}
        value={maxPerHour}
        onChange={(value) => setMaxPerHour(Number(value) || 1)}
      />
    </FormDialog>
  );
}
