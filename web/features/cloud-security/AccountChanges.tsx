import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { CloudAccount } from '../../../contract/cloud-security.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { Section } from '../../ui/Section.js';
import { useChangeAccount, useDeleteAccount } from '../cloud-accounts/account.api.js';
import { CredentialsDialog } from './CredentialsDialog.js';
import { EditAccountDialog } from './EditAccountDialog.js';

/** Buttons to edit an account, replace its credentials, (de)activate it and remove it. */
export function AccountChanges({ account }: { account: CloudAccount }) {
  const [dialog, setDialog] = useState<'edit' | 'credentials' | 'status' | 'remove' | null>(null);
  const close = () => setDialog(null);
  const isActive = account.status === 'active';
  return (
    <Section title="Changes">
      <Group gap="xs">
        <Button variant="default" onClick={() => setDialog('edit')}>
          Edit
        </Button>
        {account.status !== 'reports_only' && (
          <>
            <Button variant="default" onClick={() => setDialog('credentials')}>
              Replace credentials
            </Button>
            <Button variant="default" onClick={() => setDialog('status')}>
              {isActive ? 'Deactivate' : 'Activate'}
            </Button>
          </>
        )}
        <Button variant="default" onClick={() => setDialog('remove')}>
          Remove
        </Button>
      </Group>
      {dialog === 'edit' && <EditAccountDialog account={account} onClose={close} />}
      {dialog === 'credentials' && <CredentialsDialog account={account} onClose={close} />}
      {dialog === 'status' && <StatusDialog account={account} onClose={close} />}
      {dialog === 'remove' && <RemoveDialog account={account} onClose={close} />}
    </Section>
  );
}

interface DialogProps {
  account: CloudAccount;
  onClose: () => void;
}

function StatusDialog({ account: { id, name, status }, onClose }: DialogProps) {
  const change = useChangeAccount(id);
  const isActive = status === 'active';
  return (
    <FormDialog
      title={isActive ? `Deactivate ${name}?` : `Activate ${name}?`}
      submit={isActive ? 'Deactivate' : 'Activate'}
      danger={isActive}
      busy={change.isPending}
      problem={change.error}
      onSubmit={() =>
        change.mutate({ status: isActive ? 'inactive' : 'active' }, { onSuccess: onClose })
      }
      onClose={onClose}
    >
      <Text size="sm">
        {isActive
          ? 'A running scan is stopped, its daily and weekly schedules are removed, and other schedules skip their runs. Findings and credentials are kept; its evidence becomes stale.'
          : 'It will be scanned every day again, and can be scanned manually.'}
      </Text>
    </FormDialog>
  );
}

function RemoveDialog({ account: { id, name }, onClose }: DialogProps) {
  const remove = useDeleteAccount(id);
  const navigate = useNavigate();
  return (
    <FormDialog
      title={`Remove ${name}?`}
      submit="Remove the account"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate(undefined, { onSuccess: () => navigate({ to: '/accounts' }) })}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text size="sm">
          The account, its credentials and its schedules are removed, and a running scan is stopped.
          This cannot be undone.
        </Text>
        <Text size="sm">
          Its results and findings are kept. To keep the account as well, deactivate it instead.
        </Text>
      </Stack>
    </FormDialog>
  );
}
