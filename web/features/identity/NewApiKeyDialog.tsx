import {
  Checkbox,
  Input,
  NativeSelect,
  NumberInput,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createApiKey, KEY_DAYS, KEY_PRESETS, MAX_KEY_DAYS } from '../../../contract/api-keys.js';
import { PERMISSIONS, type Permission } from '../../../contract/endpoint.js';
import { PERMISSION_TABLE, permissionsOf } from '../../../contract/roles.js';
import type { ServiceAccount } from '../../../contract/service-accounts.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useFieldErrors } from '../../ui/validation.js';
import { type ShownKey, serviceAccountsQuery, useIdentity } from './identity.api.js';

const PRESETS = [
  { value: 'ci', label: 'Pipeline: imports reports, runs scans and reads results' },
  { value: 'read_only', label: 'Read only' },
  { value: 'automation', label: 'Automation: everything but team, keys and installation' },
  { value: 'chosen', label: 'Chosen permissions' },
] as const;
type Preset = (typeof PRESETS)[number]['value'];

interface NewApiKeyDialogProps {
  onClose: () => void;
  onCreated: (key: ShownKey) => void;
}

export function NewApiKeyDialog({ onClose, onCreated }: NewApiKeyDialogProps) {
  const { may } = useAppState();
  const create = useIdentity(createApiKey);
  const [name, setName] = useState('');
  const [preset, setPreset] = useState<Preset>('ci');
  const [chosen, setChosen] = useState<readonly Permission[]>([]);
  const [days, setDays] = useState<number | string>(KEY_DAYS);
  const [addresses, setAddresses] = useState('');
  const [account, setAccount] = useState<ServiceAccount | null>(null);
  const fields = ['name', 'permissions', 'days', 'addresses'];
  const { errors, rest, check } = useFieldErrors(createApiKey.body, fields, create.error);
  const permissions = (preset === 'chosen' ? chosen : KEY_PRESETS[preset]).filter(
    (each) => may(each) && (account === null || permissionsOf([account.role]).includes(each)),
  );
  const submit = () => {
    const body = {
      ...{ name, permissions: [...permissions], days: days === '' ? Number.NaN : Number(days) },
      addresses: addresses.split(/[\s,]+/).filter(Boolean),
      ...(account && { serviceAccountId: account.id }),
    };
    if (!check(body)) return;
    create.mutate(
      { body },
      {
        onSuccess: (made) => {
          onCreated(made);
          onClose();
        },
      },
    );
  };
  const addressError = Object.entries(errors).find(([path]) => path.startsWith('addresses'))?.[1];
  return (
    <FormDialog
      title="Create an API key"
      submit="Create"
      busy={create.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Where it is used, for example."
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={errors.name}
        required
      />
      {may('team:write') && <OwnerSelect value={account} onChange={setAccount} />}
      <NativeSelect
        label="Permissions"
        description="Those that you do not have yourself are left out."
        value={preset}
        onChange={({ currentTarget }) =>
          setPreset(PRESETS.find(({ value }) => value === currentTarget.value)?.value ?? 'ci')
        }
        data={[...PRESETS]}
        error={preset !== 'chosen' && errors.permissions && 'You have none of these permissions'}
      />
      {preset === 'chosen' && (
        <PermissionChoice
          chosen={chosen}
          onChange={setChosen}
          error={errors.permissions && 'Choose at least one permission'}
        />
      )}
      <NumberInput
        label="Days until it expires"
        description={`1 to ${MAX_KEY_DAYS}`}
        min={1}
        max={MAX_KEY_DAYS}
        clampBehavior="none"
        allowDecimal={false}
        value={days}
        onChange={setDays}
        error={errors.days && `From 1 to ${MAX_KEY_DAYS}.`}
        maw={220}
      />
      <Textarea
        label="Addresses"
        description="Addresses and ranges that may use it, such as 192.0.2.0/24; empty: all."
        rows={2}
        value={addresses}
        onChange={({ currentTarget }) => setAddresses(currentTarget.value)}
        error={addressError}
      />
    </FormDialog>
  );
}

interface OwnerSelectProps {
  value: ServiceAccount | null;
  onChange: (account: ServiceAccount | null) => void;
}

/** Whose key it is; nothing while the team has no service account. */
function OwnerSelect({ value, onChange }: OwnerSelectProps) {
  const { items = [] } = useQuery(serviceAccountsQuery).data ?? {};
  const enabled = items.filter(({ isDisabled }) => !isDisabled);
  if (enabled.length === 0) return null;
  return (
    <NativeSelect
      label="Owner"
      value={value?.id ?? ''}
      onChange={({ currentTarget }) =>
        onChange(enabled.find(({ id }) => id === currentTarget.value) ?? null)
      }
      data={[
        { value: '', label: 'You' },
        ...enabled.map(({ id, name }) => ({ value: id, label: `Service account ${name}` })),
      ]}
    />
  );
}

interface PermissionChoiceProps {
  chosen: readonly Permission[];
  onChange: (chosen: readonly Permission[]) => void;
  error?: string;
}

/** The permissions that the user has. */
function PermissionChoice({ chosen, onChange, error }: PermissionChoiceProps) {
  const { may } = useAppState();
  return (
    <Checkbox.Group
      label="Chosen permissions"
      value={[...chosen]}
      onChange={(values) => onChange(PERMISSIONS.filter((each) => values.includes(each)))}
    >
      <Stack gap={6} mt="xs">
        {PERMISSIONS.filter(may).map((permission) => (
          <Checkbox
            key={permission}
            value={permission}
            label={PERMISSION_TABLE[permission].about}
            description={permission}
          />
        ))}
        {error && <Input.Error role="alert">{error}</Input.Error>}
      </Stack>
    </Checkbox.Group>
  );
}
