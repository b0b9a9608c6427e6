import { Button, Stack, Text } from '@mantine/core';
import { forgetPassword } from '../../../contract/sign-in.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { useIdentity } from './identity.api.js';

/** Asks for a link by mail, for the address in the form. */
export function ForgottenPassword({ email }: { email: string }) {
  const ask = useIdentity(forgetPassword);
  if (ask.isSuccess) {
    return (
      <Text size="sm" role="status">
        If there is an account with this address, a link to set a new password is on its way. It
        works once, within an hour.
      </Text>
    );
  }
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        type="button"
        variant="subtle"
        size="compact-sm"
        loading={ask.isPending}
        disabled={email === ''}
        onClick={() => ask.mutate({ body: { email } })}
      >
        Forgot your password?
      </Button>
      {ask.error && <ProblemAlert problem={ask.error} />}
    </Stack>
  );
}
