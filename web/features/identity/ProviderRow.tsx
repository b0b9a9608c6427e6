import { Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import {
  changeIdentityProvider,
  deleteIdentityProvider,
  type IdentityProvider,
} from '../../../contract/identity-providers.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { count, counted } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Tag } from '../../ui/Tag.js';
import { useIdentity } from './identity.api.js';
import { RulesDialog } from './RulesDialog.js';

interface ProviderRowProps {
  provider: IdentityProvider;
  onEdit: () => void;
}

export function ProviderRow({ provider, onEdit }: ProviderRowProps) {
  const change = useIdentity(changeIdentityProvider);
  const [open, setOpen] = useState<'rules' | 'delete' | 'disable' | null>(null);
  const { id, name, issuer, isEnabled, people, rules } = provider;
  const close = () => setOpen(null);
  const enable = () => change.mutate({ params: { providerId: id }, body: { isEnabled: true } });
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {isEnabled ? <Tag tone="green">On</Tag> : <Tag tone="gray">Off</Tag>}
        </Group>
        <Text size="xs" c="dimmed">
          {issuer} · {counted(people, 'linked account')} · {counted(rules.length, 'rule')}
        </Text>
        <Facts
          facts={[
            { label: 'Redirect URI', value: <Code>{provider.redirectUri}</Code> },
            { label: 'After signing out', value: <Code>{provider.signOutUri}</Code> },
            { label: 'Back-channel logout', value: <Code>{provider.backchannelUri}</Code> },
          ]}
        />
        {change.error && <ProblemAlert problem={change.error} />}
      </div>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => setOpen('rules')}>
          Rules
        </Button>
        <Button size="xs" variant="default" onClick={onEdit}>
          Change
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={change.isPending}
          onClick={() => (isEnabled ? setOpen('disable') : enable())}
        >
          {isEnabled ? 'Turn off' : 'Turn on'}
        </Button>
        <Button size="xs" variant="default" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      </Group>
      {open === 'rules' && <RulesDialog provider={provider} onClose={close} />}
      {open === 'disable' && <TurnOffDialog provider={provider} onClose={close} />}
      {open === 'delete' && <DeleteDialog provider={provider} onClose={close} />}
    </li>
  );
}

interface DialogProps {
  provider: IdentityProvider;
  onClose: () => void;
}

function TurnOffDialog({ provider, onClose }: DialogProps) {
  const change = useIdentity(changeIdentityProvider);
  const request = { params: { providerId: provider.id }, body: { isEnabled: false } };
  return (
    <FormDialog
      title={`Turn ${provider.name} off?`}
      submit="Turn off"
      danger
      busy={change.isPending}
      problem={change.error}
      onSubmit={() => change.mutate(request, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        Nobody can sign in with it until you turn it on again, and sessions that were signed in with
        it end at once. <WithoutPassword provider={provider} />
      </Text>
    </FormDialog>
  );
}

function DeleteDialog({ provider, onClose }: DialogProps) {
  const remove = useIdentity(deleteIdentityProvider);
  const request = { params: { providerId: provider.id } };
  return (
    <FormDialog
      title={`Delete ${provider.name}?`}
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate(request, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        {counted(provider.people, 'account')} will no longer be linked to it. What its rules gave is
        taken, its sessions end, and {counted(provider.waiting, 'waiting person', 'waiting people')}{' '}
        will be forgotten. The accounts stay. <WithoutPassword provider={provider} />
      </Text>
    </FormDialog>
  );
}

function WithoutPassword({ provider: { withoutPassword } }: { provider: IdentityProvider }) {
  if (withoutPassword === 0) return null;
  return (
    <strong>
      {count(withoutPassword)} of the linked accounts {withoutPassword === 1 ? 'has' : 'have'} no
      password and cannot sign in without it.
    </strong>
  );
}
