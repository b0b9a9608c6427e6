import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type CloudAccount, CloudAccountChanges } from '../../../contract/cloud-security.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors } from '../../ui/validation.js';
import { type AccountChangesInput, useChangeAccount } from '../cloud-accounts/account.api.js';
import { RegionsInput } from './RegionsInput.js';

interface EditAccountDialogProps {
  account: CloudAccount;
  onClose: () => void;
}

export function EditAccountDialog({ account, onClose }: EditAccountDialogProps) {
  const change = useChangeAccount(account.id);
  const { scope } = account;
  const [name, setName] = useState(account.name);
  const [regions, setRegions] = useState(scope.kind === 'aws' ? scope.regions : []);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const body: AccountChangesInput = { name, ...(scope.kind === 'aws' ? { regions } : {}) };
    const found = fieldErrors(CloudAccountChanges, body);
    setErrors(found ?? {});
    if (!found) change.mutate(body, { onSuccess: onClose });
  };
  const regionError = Object.entries(errors).find(([path]) => path.startsWith('regions'))?.[1];
  return (
    <FormDialog
      title={`Edit ${account.name}`}
      submit="Save"
      busy={change.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors.name}
        maxLength={200}
        required
      />
      {scope.kind === 'aws' && (
        <RegionsInput
          value={regions}
          onChange={setRegions}
          error={regions.length === 0 && regionError ? 'Choose at least one region' : regionError}
        />
      )}
    </FormDialog>
  );
}
