import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { ROLE_TEXTS } from '../../../contract/roles.js';
import { type Invitation, invite, revokeInvitation } from '../../../contract/teams.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { Tag } from '../../ui/Tag.js';
import { useFieldErrors } from '../../ui/validation.js';
import { invitationsQuery, useIdentity } from './identity.api.js';
import { ReachTag } from './ReachTag.js';
import { grantOf, NEW_ROLE, RoleFields } from './RoleFields.js';

/** People who were invited and have not joined yet. */
export function Invitations() {
  const query = useQuery(invitationsQuery);
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<{ email: string; path: string } | null>(null);
  return (
    <Section
      title="Open invitations"
      actions={
        <Button
          size="xs"
          leftSection={<UserPlus size={16} aria-hidden />}
          onClick={() => setInviting(true)}
        >
          Invite
        </Button>
      }
    >
      <Stack gap="sm">
        {link && (
          <ShownOnce
            title="The invitation’s link, shown only once"
            value={window.location.origin + link.path}
          >
            Send it to {link.email}. It works once, within 7 days.
          </ShownOnce>
        )}
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nobody is invited at the moment.
              </Text>
            ) : (
              <ul className={classes.rows}>
                {items.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Stack>
      {inviting && <InviteDialog onClose={() => setInviting(false)} onInvited={setLink} />}
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const revoke = useIdentity(revokeInvitation);
  const { id, email, role, until, reach, createdAt, expiresAt } = invitation;
  return (
    <li className={classes.row} aria-label={email}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {email}
          </Text>
          <Tag tone="blue" title={ROLE_TEXTS[role].about}>
            {ROLE_TEXTS[role].name}
          </Tag>
          {until && <Tag tone="amber">Until {day(until)}</Tag>}
          {reach && <ReachTag reach={reach} />}
        </Group>
        <Text size="xs" c="dimmed">
          invited {age(createdAt)} · the link expires {age(expiresAt)}
        </Text>
        {revoke.error && <ProblemAlert problem={revoke.error} />}
      </div>
      <Button
        size="xs"
        variant="default"
        loading={revoke.isPending}
        onClick={() => revoke.mutate({ params: { invitationId: id } })}
      >
        Revoke
      </Button>
    </li>
  );
}

interface InviteDialogProps {
  onClose: () => void;
  onInvited: (link: { email: string; path: string }) => void;
}

function InviteDialog({ onClose, onInvited }: InviteDialogProps) {
  const create = useIdentity(invite);
  const [email, setEmail] = useState('');
  const [draft, setDraft] = useState(NEW_ROLE);
  const { errors, rest, check } = useFieldErrors(invite.body, ['email'], create.error);
  const submit = () => {
    const body = { email, ...grantOf(draft) };
    if (!check(body)) return;
    create.mutate(
      { body },
      {
        onSuccess: (made) => {
          onInvited(made);
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title="Invite to the team"
      submit="Create the link"
      busy={create.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="E-mail"
        type="email"
        description="Only this address can join. Another invitation of it is replaced."
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        error={errors.email}
        required
      />
      <RoleFields draft={draft} onChange={(changes) => setDraft({ ...draft, ...changes })} />
    </FormDialog>
  );
}
