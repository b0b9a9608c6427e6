import { Button, Code, Group, NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import { type ApiKey, deleteApiKey, rotateApiKey } from '../../../contract/api-keys.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, counted, day, instant } from '../../ui/format.js';
import classes from '../../ui/rows.module.css';
import { Tag } from '../../ui/Tag.js';
import { useFieldErrors } from '../../ui/validation.js';
import { type ShownKey, useIdentity } from './identity.api.js';

interface ApiKeyRowProps {
  apiKey: ApiKey;
  onShow: (key: ShownKey) => void;
}

export function ApiKeyRow({ apiKey, onShow }: ApiKeyRowProps) {
  const { user, may } = useAppState();
  const [open, setOpen] = useState<'rotate' | 'revoke' | null>(null);
  const { name, prefix, owner, permissions, addresses, lastUsedAt, lastAddress } = apiKey;
  const from = lastAddress ? ` from ${lastAddress}` : '';
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Expiry at={apiKey.expiresAt} />
        </Group>
        <Text size="xs" c="dimmed">
          <Code>{prefix}…</Code> ·{' '}
          {owner.id === user.id
            ? 'yours'
            : `of ${owner.isService ? 'the service account ' : ''}${owner.name}`}{' '}
          ·{' '}
          {lastUsedAt ? (
            <span title={instant(lastUsedAt)}>{`last used ${age(lastUsedAt)}${from}`}</span>
          ) : (
            'never used'
          )}
          {addresses.length > 0 && ` · only from ${addresses.join(', ')}`}
        </Text>
        <details>
          <Text component="summary" size="xs">
            {counted(permissions.length, 'permission')}
          </Text>
          <Text size="xs">{permissions.join(', ')}</Text>
        </details>
      </div>
      <Group gap="xs">
        {(owner.id === user.id || (owner.isService && may('team:write'))) && (
          <Button size="xs" variant="default" onClick={() => setOpen('rotate')}>
            Rotate
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setOpen('revoke')}>
          Revoke
        </Button>
      </Group>
      {open === 'rotate' && (
        <RotateDialog apiKey={apiKey} onClose={() => setOpen(null)} onShow={onShow} />
      )}
      {open === 'revoke' && <RevokeDialog apiKey={apiKey} onClose={() => setOpen(null)} />}
    </li>
  );
}

const SOON_MS = 14 * 86_400_000;

function Expiry({ at }: { at: string }) {
  const left = Date.parse(at) - Date.now();
  if (left <= 0) return <Tag tone="red">Expired {day(at)}</Tag>;
  if (left < SOON_MS) return <Tag tone="amber">Expires {age(at)}</Tag>;
  return <Tag tone="gray">Expires {day(at)}</Tag>;
}

type DialogProps = Pick<ApiKeyRowProps, 'apiKey'> & { onClose: () => void };

function RotateDialog({ apiKey, onClose, onShow }: DialogProps & ApiKeyRowProps) {
  const rotate = useIdentity(rotateApiKey);
  const [hours, setHours] = useState<number | string>(24);
  const { errors, rest, check } = useFieldErrors(rotateApiKey.body, ['graceHours'], rotate.error);
  const submit = () => {
    const body = { graceHours: hours === '' ? Number.NaN : Number(hours) };
    if (!check(body)) return;
    rotate.mutate(
      { params: { keyId: apiKey.id }, body },
      {
        onSuccess: (made) => {
          onShow(made);
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={`Rotate “${apiKey.name}”`}
      submit="Create the new key"
      busy={rotate.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">The new key has the same permissions, addresses and lifetime.</Text>
      <NumberInput
        label="Hours for which the old key still works"
        description="0 to 168; with 0 it stops at once."
        min={0}
        max={168}
        clampBehavior="none"
        allowDecimal={false}
        value={hours}
        onChange={setHours}
        error={errors.graceHours && 'From 0 to 168.'}
      />
    </FormDialog>
  );
}

function RevokeDialog({ apiKey, onClose }: DialogProps) {
  const revoke = useIdentity(deleteApiKey);
  const params = { keyId: apiKey.id };
  return (
    <FormDialog
      title={`Revoke “${apiKey.name}”?`}
      submit="Revoke"
      danger
      busy={revoke.isPending}
      problem={revoke.error}
      onSubmit={() => revoke.mutate({ params }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">Programs that use it are refused from then on. This cannot be undone.</Text>
    </FormDialog>
  );
}
