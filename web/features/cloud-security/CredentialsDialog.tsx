import { Text } from '@mantine/core';
import { useState } from 'react';
import type { CloudAccount } from '../../../contract/cloud-security.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { useChangeAccount } from '../cloud-accounts/account.api.js';
import {
  type CredentialsDraft,
  credentialErrors,
  credentialsOf,
  emptyCredentials,
  kindsOf,
} from './account-draft.js';
import { CredentialFields } from './CredentialFields.js';

interface CredentialsDialogProps {
  account: CloudAccount;
  onClose: () => void;
}

/** Replaces credentials; the old ones cannot be viewed. */
export function CredentialsDialog({ account, onClose }: CredentialsDialogProps) {
  const change = useChangeAccount(account.id);
  const { provider, credentials: known } = account;
  const [draft, setDraft] = useState<CredentialsDraft>(() => {
    const kinds = kindsOf(provider);
    const kind = kinds.find((each) => each === known?.kind) ?? kinds[0] ?? 'aws_keys';
    return emptyCredentials(kind);
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const found = credentialErrors(draft);
    setErrors(found ?? {});
    if (!found) change.mutate({ credentials: credentialsOf(draft) }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title="Replace credentials"
      submit="Replace and test"
      busy={change.isPending}
      problem={change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        The old credentials ({known?.hint}) are deleted and cannot be viewed. The connection is
        tested with the new ones right away.
      </Text>
      <CredentialFields
        provider={provider}
        draft={draft}
        errors={errors}
        onChange={(next) => {
          setDraft(next);
          if (Object.keys(errors).length > 0) setErrors(credentialErrors(next) ?? {});
        }}
      />
    </FormDialog>
  );
}
