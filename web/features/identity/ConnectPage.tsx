import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { z } from 'zod';
import { answerCliLogin, LoginCode, previewCliLogin } from '../../../contract/cli-login.js';
import { PERMISSION_TABLE } from '../../../contract/roles.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { age } from '../../ui/format.js';
import { PageForm } from '../../ui/PageForm.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { useIdentity } from './identity.api.js';
import { useFragmentToken } from './useFragmentToken.js';

type Preview = z.infer<typeof previewCliLogin.result>;

/** Where a user gives a command line (`cspm login`) a key. */
export function ConnectPage() {
  const { may } = useAppState();
  const given = useFragmentToken('code') ?? '';
  const [preview, setPreview] = useState<Preview | null>(null);
  return (
    <>
      <PageHeader
        title="Connect a command line"
        about="“cspm login” shows a code. Enter it here only if you ran that command yourself, just now."
      />
      {!may('keys:write') ? (
        <NotAllowed what="create API keys" />
      ) : preview ? (
        <Answer preview={preview} />
      ) : (
        <CodeForm given={given} onFound={setPreview} />
      )}
    </>
  );
}

function CodeForm({ given, onFound }: { given: string; onFound: (preview: Preview) => void }) {
  const look = useIdentity(previewCliLogin);
  const [code, setCode] = useState(given);
  const [isWrong, setWrong] = useState(false);
  const submit = () => {
    const isCode = LoginCode.safeParse(code).success;
    setWrong(!isCode);
    if (isCode) look.mutate({ body: { code } }, { onSuccess: onFound });
  };
  return (
    <PageForm submit="Continue" busy={look.isPending} problem={look.error} onSubmit={submit}>
      <TextInput
        label="Code"
        description="As the command line shows it."
        placeholder="BCDF-GHJK"
        autoComplete="off"
        maxLength={20}
        value={code}
        onChange={({ currentTarget }) => setCode(currentTarget.value)}
        error={isWrong && 'Eight letters, such as BCDF-GHJK'}
        required
      />
    </PageForm>
  );
}

function Answer({ preview }: { preview: Preview }) {
  const { team } = useAppState();
  const answer = useIdentity(answerCliLogin);
  const { code, client, address, startedAt, permissions } = preview;
  const send = (isAllowed: boolean) => answer.mutate({ body: { code, isAllowed } });
  if (answer.data) {
    return answer.data.isAllowed ? (
      <Alert color="green" title="Connected">
        {client} has its key. You can close this page; the key is listed under API keys.
      </Alert>
    ) : (
      <Alert color="gray" title="Refused">
        {client} got nothing.
      </Alert>
    );
  }
  return (
    <Stack>
      <Facts
        facts={[
          { label: 'Code', value: <Code>{code}</Code> },
          { label: 'Computer', value: client },
          { label: 'Address', value: address },
          { label: 'Started', value: age(startedAt) },
          { label: 'Team', value: team.name },
        ]}
      />
      <Section title="What it may do, as you">
        <ul>
          {permissions.map((permission) => (
            <li key={permission}>
              <Text size="sm">{PERMISSION_TABLE[permission].about}</Text>
            </li>
          ))}
        </ul>
      </Section>
      <Text size="sm">
        Compare the code with the one on your command line. The key lives 90 days; “cspm logout”
        revokes it.
      </Text>
      {answer.error && <ProblemAlert problem={answer.error} />}
      <Group>
        <Button loading={answer.isPending} onClick={() => send(true)}>
          Allow
        </Button>
        <Button variant="default" disabled={answer.isPending} onClick={() => send(false)}>
          Refuse
        </Button>
      </Group>
    </Stack>
  );
}
