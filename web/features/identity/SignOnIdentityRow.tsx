import { Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { forgetIdentity, type SignOnIdentity } from '../../../contract/identity-providers.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, instant } from '../../ui/format.js';
import classes from '../../ui/rows.module.css';
import { Tag } from '../../ui/Tag.js';
import { AdmitDialog } from './AdmitDialog.js';
import { useIdentity } from './identity.api.js';

/** A person as a provider knows them, with what it last sent. */
export function SignOnIdentityRow({ identity }: { identity: SignOnIdentity }) {
  const forget = useIdentity(forgetIdentity);
  const [open, setOpen] = useState<'admit' | 'forget' | null>(null);
  const [showsClaims, setShowsClaims] = useState(false);
  const { id, provider, subject, email, lastSeenAt, userId, isWaiting, emailTaken } = identity;
  const name = identity.userName ?? identity.name ?? subject;
  const close = () => setOpen(null);
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {isWaiting && <Tag tone="amber">Waits</Tag>}
          {emailTaken && (
            <Tag tone="red" title="An account that is not linked has this e-mail address">
              E-mail address taken
            </Tag>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {email && `${email} · `}
          {provider} · last sign-in {age(lastSeenAt)}
        </Text>
        {showsClaims && <Sent identity={identity} />}
      </div>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          aria-expanded={showsClaims}
          onClick={() => setShowsClaims(!showsClaims)}
        >
          What was sent
        </Button>
        {isWaiting && (
          <Button size="xs" variant="default" onClick={() => setOpen('admit')}>
            Admit
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setOpen('forget')}>
          {userId === null ? 'Forget' : 'Unlink'}
        </Button>
      </Group>
      {open === 'admit' && <AdmitDialog identity={identity} name={name} onClose={close} />}
      {open === 'forget' && (
        <FormDialog
          title={userId === null ? `Forget ${name}?` : `Unlink ${name}?`}
          submit={userId === null ? 'Forget' : 'Unlink'}
          danger
          busy={forget.isPending}
          problem={forget.error}
          onSubmit={() => forget.mutate({ params: { identityId: id } }, { onSuccess: close })}
          onClose={close}
        >
          <Text size="sm">
            {userId === null
              ? 'If they sign in again, they wait again.'
              : 'The account stays, without what the rules of this provider gave. Its sessions by this provider end.'}
          </Text>
        </FormDialog>
      )}
    </li>
  );
}

/** What the provider last sent: without tokens, personal data masked. */
function Sent({
  identity: { claims, matched, subject, lastSeenAt },
}: {
  identity: SignOnIdentity;
}) {
  return (
    <Facts
      facts={[
        { label: 'Subject', value: <Code>{subject}</Code> },
        ...claims.map(({ name, value }) => ({ label: name, value: <Code>{value}</Code> })),
        { label: 'Rules that matched', value: matched.length === 0 ? 'none' : matched.join(' · ') },
        { label: 'Sent', value: instant(lastSeenAt) },
      ]}
    />
  );
}
