import { Button, Code, Group, Image, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  beginTotp,
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
} from '../../../contract/second-factor.js';
import type { ResultOf } from '../../api/apiService.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { ShownOnce } from '../../ui/ShownOnce.js';
import { Tag } from '../../ui/Tag.js';
import { CodeDialog } from './CodeDialog.js';
import { secondFactorQuery, useIdentity } from './identity.api.js';

type Open = 'confirm' | 'renew' | 'remove' | null;

/** An authenticator app that is asked for a code at each sign-in. */
export function SecondFactor() {
  const query = useQuery(secondFactorQuery);
  const begin = useIdentity(beginTotp);
  const [open, setOpen] = useState<Open>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = () => setOpen(null);
  const show = ({ recoveryCodes }: ResultOf<typeof confirmTotp>) => {
    setCodes(recoveryCodes);
    close();
  };
  return (
    <Section title="Second factor">
      <Stack gap="sm">
        {codes && (
          <ShownOnce title="Your recovery codes, shown only once" value={codes.join('\n')}>
            Each signs you in once if you lose the app. Keep them where you keep passwords.
          </ShownOnce>
        )}
        <Loaded query={query}>
          {({ totp, recoveryCodesLeft }) =>
            totp ? (
              <>
                <Group gap="xs">
                  <Tag tone="green">On</Tag>
                  <Text size="sm">
                    Authenticator app · {counted(recoveryCodesLeft, 'recovery code')} left
                  </Text>
                </Group>
                <Group gap="xs">
                  <Button variant="default" onClick={() => setOpen('renew')}>
                    Make new recovery codes
                  </Button>
                  <Button variant="default" onClick={() => setOpen('remove')}>
                    Turn off
                  </Button>
                </Group>
              </>
            ) : (
              <>
                <Text size="sm">
                  With an authenticator app, a stolen password alone does not let anyone in.
                </Text>
                <Group>
                  <Button
                    variant="default"
                    loading={begin.isPending}
                    onClick={() => begin.mutate({}, { onSuccess: () => setOpen('confirm') })}
                  >
                    Add an authenticator app
                  </Button>
                </Group>
              </>
            )
          }
        </Loaded>
        {begin.error && <ProblemAlert problem={begin.error} />}
      </Stack>
      {open === 'confirm' && begin.data && (
        <CodeDialog
          title="Add an authenticator app"
          submit="Turn on"
          recovery={false}
          change={confirmTotp}
          onDone={show}
          onClose={close}
        >
          <AppSecret {...begin.data} />
        </CodeDialog>
      )}
      {open === 'renew' && (
        <CodeDialog
          title="Make new recovery codes"
          submit="Make ten new ones"
          change={renewRecoveryCodes}
          onDone={show}
          onClose={close}
        >
          <Text size="sm">The earlier ones no longer work.</Text>
        </CodeDialog>
      )}
      {open === 'remove' && (
        <CodeDialog
          title="Turn the second factor off?"
          submit="Turn off"
          danger
          change={removeTotp}
          onDone={() => {
            setCodes(null);
            close();
          }}
          onClose={close}
        >
          <Text size="sm">Your password alone then signs in.</Text>
        </CodeDialog>
      )}
    </Section>
  );
}

function AppSecret({ qr, secret }: ResultOf<typeof beginTotp>) {
  return (
    <>
      <Text size="sm">
        Scan this with your authenticator app, or type the secret into it. Then enter the code that
        it shows.
      </Text>
      <Group>
        <Image
          src={`data:image/svg+xml,${encodeURIComponent(qr)}`}
          alt="QR code for the authenticator app"
          w={200}
          h={200}
          bg="white"
          p={8}
        />
        <Code>{secret}</Code>
      </Group>
    </>
  );
}
