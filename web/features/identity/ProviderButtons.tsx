import { Button, Divider, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { SignInProblem } from './SignInProblem.js';
import { signInProvidersQuery, useStartSignOn } from './single-sign-on.api.js';

interface ProviderButtonsProps {
  /** Where to return to. */
  path: string;
  /** Of an invitation, which the sign-in accepts. */
  token?: string;
}

/** The identity providers to sign in with, below a form; nothing when there are none. */
export function ProviderButtons({ path, token }: ProviderButtonsProps) {
  const { data } = useQuery(signInProvidersQuery);
  const start = useStartSignOn(path, token ?? null);
  if (!data || data.items.length === 0) return null;
  const verb = token === undefined ? 'Sign in' : 'Join';
  return (
    <Stack mt="md">
      <Divider label="or" />
      {data.items.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          loading={start.isPending && start.variables === id}
          onClick={() => start.mutate(id)}
        >
          {verb} with {name}
        </Button>
      ))}
      <SignInProblem problem={start.error} />
    </Stack>
  );
}
