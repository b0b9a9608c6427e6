import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endOtherSessions, endSession, type Session } from '../../../contract/sign-in.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { age, day, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { clientName } from './client-name.js';
import { sessionsQuery, useIdentity } from './identity.api.js';

const BY: Readonly<Record<Session['by'], string>> = {
  password: 'with the password',
  link: 'with a one-time link',
  setup: 'by the setup',
  invitation: 'with an invitation',
  provider: 'with an identity provider',
};

/** Where the user is signed in. */
export function Sessions() {
  const query = useQuery(sessionsQuery);
  const end = useIdentity(endSession);
  const [ending, setEnding] = useState(false);
  const others = query.data?.items.filter(({ isCurrent }) => !isCurrent).length ?? 0;
  return (
    <Section
      title="Sessions"
      actions={
        others > 0 && (
          <Button size="xs" variant="default" onClick={() => setEnding(true)}>
            End all others
          </Button>
        )
      }
    >
      {end.error && <ProblemAlert problem={end.error} />}
      <Loaded query={query}>
        {({ items }) => (
          <ul className={classes.rows}>
            {items.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                busy={end.isPending && end.variables.params.sessionId === session.id}
                onEnd={() => end.mutate({ params: { sessionId: session.id } })}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {ending && <EndOthers onClose={() => setEnding(false)} />}
    </Section>
  );
}

interface SessionRowProps {
  session: Session;
  busy: boolean;
  onEnd: () => void;
}

function SessionRow({ session, busy, onEnd }: SessionRowProps) {
  const { isCurrent, client, address, by, createdAt, lastSeenAt, endsAt } = session;
  const name = clientName(client);
  const details = [
    `signed in ${instant(createdAt)} ${BY[by]}`,
    `last used ${age(lastSeenAt)}`,
    ...(address ? [`from ${address}`] : []),
    `ends ${day(endsAt)} at the latest`,
  ];
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Text size="sm" fw={600} title={client ?? undefined}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {details.join(' · ')}
        </Text>
      </div>
      {isCurrent ? (
        <Tag tone="green">This session</Tag>
      ) : (
        <Button size="xs" variant="default" loading={busy} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}

function EndOthers({ onClose }: { onClose: () => void }) {
  const end = useIdentity(endOtherSessions);
  return (
    <FormDialog
      title="End all other sessions?"
      submit="End them"
      danger
      busy={end.isPending}
      problem={end.error}
      onClose={onClose}
      onSubmit={() => end.mutate({}, { onSuccess: onClose })}
    >
      <Text size="sm">Every other browser has to sign in again. This one stays signed in.</Text>
    </FormDialog>
  );
}
