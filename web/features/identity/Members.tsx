import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ROLE_TEXTS } from '../../../contract/roles.js';
import { type Member, putMember, removeMember } from '../../../contract/teams.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, counted, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { membersQuery, useIdentity } from './identity.api.js';
import { ReachTag } from './ReachTag.js';
import { draftOf, grantOf, RoleFields } from './RoleFields.js';

export function Members() {
  const query = useQuery(membersQuery);
  return (
    <Section
      title="Members"
      actions={query.data && <Text size="sm">{counted(query.data.items.length, 'member')}</Text>}
    >
      <Loaded query={query}>
        {({ items }) => (
          <ul className={classes.rows}>
            {items.map((member) => (
              <MemberRow key={member.userId} member={member} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { user, may } = useAppState();
  const [open, setOpen] = useState<'role' | 'remove' | null>(null);
  const { name, email, role, until, reach, isDisabled, lastSignInAt, userId, source } = member;
  const close = () => setOpen(null);
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {userId === user.id && <Tag tone="gray">You</Tag>}
          <Tag tone="blue" title={ROLE_TEXTS[role].about}>
            {ROLE_TEXTS[role].name}
          </Tag>
          {until && <Tag tone="amber">Until {day(until)}</Tag>}
          {reach && <ReachTag reach={reach} />}
          {source === 'rule' && (
            <Tag tone="gray" title="A rule of an identity provider gave the role, and takes it too">
              By rule
            </Tag>
          )}
          {isDisabled && <Tag tone="red">Disabled</Tag>}
        </Group>
        <Text size="xs" c="dimmed">
          {email && `${email} · `}
          {lastSignInAt ? `last sign-in ${age(lastSignInAt)}` : 'has not signed in with a password'}
        </Text>
      </div>
      {may('team:write') && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setOpen('role')}>
            Change role
          </Button>
          <Button size="xs" variant="default" onClick={() => setOpen('remove')}>
            Remove
          </Button>
        </Group>
      )}
      {open === 'role' && <RoleDialog member={member} onClose={close} />}
      {open === 'remove' && <RemoveDialog member={member} onClose={close} />}
    </li>
  );
}

interface DialogProps {
  member: Member;
  onClose: () => void;
}

function RoleDialog({ member, onClose }: DialogProps) {
  const put = useIdentity(putMember);
  const before = draftOf(member);
  const [draft, setDraft] = useState(before);
  const submit = () => {
    const grant = grantOf(draft);
    // An end that was not touched stays as exact as it is.
    const until = draft.until === before.until ? member.until : grant.until;
    const request = { params: { userId: member.userId }, body: { ...grant, until } };
    put.mutate(request, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={`Role of ${member.name}`}
      submit="Save"
      busy={put.isPending}
      problem={put.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <RoleFields draft={draft} onChange={(changes) => setDraft({ ...draft, ...changes })} />
    </FormDialog>
  );
}

function RemoveDialog({ member, onClose }: DialogProps) {
  const { team } = useAppState();
  const remove = useIdentity(removeMember);
  const params = { userId: member.userId };
  return (
    <FormDialog
      title={`Remove ${member.name} from the team?`}
      submit="Remove"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate({ params }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        {member.name} loses access to {team.name} at once, and their API keys of this team are
        revoked. The account stays.
      </Text>
    </FormDialog>
  );
}
