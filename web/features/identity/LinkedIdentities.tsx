import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { unlinkIdentity } from '../../../contract/single-sign-on.js';
import { age } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { useIdentity } from './identity.api.js';
import { linkedIdentitiesQuery, signInProvidersQuery, useStartLink } from './single-sign-on.api.js';

/** The identity providers that the account is linked to; nothing where there are none. */
export function LinkedIdentities() {
  const linked = useQuery(linkedIdentitiesQuery);
  const { data: providers } = useQuery(signInProvidersQuery);
  const link = useStartLink();
  const unlink = useIdentity(unlinkIdentity);
  const held = linked.data?.items ?? [];
  const offered = (providers?.items ?? []).filter(
    ({ id }) => !held.some(({ provider }) => provider === id),
  );
  if (held.length === 0 && offered.length === 0) return null;
  return (
    <Section title="Identity providers">
      <Stack gap="sm">
        <Loaded query={linked}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm">
                Link your account to a provider to sign in without the password.
              </Text>
            ) : (
              <ul className={classes.rows}>
                {items.map(({ id, providerName, email, subject, lastSeenAt }) => (
                  <li key={id} className={classes.row} aria-label={providerName}>
                    <div className={classes.what}>
                      <Text size="sm" fw={600}>
                        {providerName}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {email ?? subject} · last sign-in {age(lastSeenAt)}
                      </Text>
                    </div>
                    <Button
                      size="xs"
                      variant="default"
                      loading={unlink.isPending}
                      onClick={() => unlink.mutate({ params: { identityId: id } })}
                    >
                      Unlink
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
        <Group gap="xs">
          {offered.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              loading={link.isPending}
              onClick={() => link.mutate(id)}
            >
              Link {name}
            </Button>
          ))}
        </Group>
        {(link.error ?? unlink.error) && <ProblemAlert problem={link.error ?? unlink.error} />}
      </Stack>
    </Section>
  );
}
