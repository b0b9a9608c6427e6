import { Button, Grid, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CLOUD_PROVIDERS } from '../../../contract/cloud-security.js';
import { useAppState } from '../../app/AppStateContext.js';
import { focusFirstError } from '../../ui/focus-first-error.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { textFields } from '../../ui/text-fields.js';
import { useCreateAccount } from '../cloud-accounts/account.api.js';
import { providerNames } from '../cloud-accounts/providers.js';
import { AccessGuide } from './AccessGuide.js';
import {
  type AccountDraft,
  accountErrors,
  accountOf,
  ofProvider,
  reportedAccount,
} from './account-draft.js';
import { CredentialFields } from './CredentialFields.js';
import { ScopeFields } from './ScopeFields.js';

const route = getRouteApi('/accounts/new');

export function NewAccountPage() {
  const { may } = useAppState();
  return (
    <>
      <PageHeader
        title="Add a cloud account"
        crumb={<TextLink to="/accounts">Cloud accounts</TextLink>}
        about="Credentials are encrypted before they are stored, decrypted only by the worker that scans, and never shown again."
      />
      {may('accounts:write') ? (
        <NewAccount />
      ) : (
        <Text size="sm" c="dimmed">
          Your role may not add accounts. Ask an administrator of the team.
        </Text>
      )}
    </>
  );
}

function NewAccount() {
  const navigate = useNavigate();
  const create = useCreateAccount();
  const search = route.useSearch();
  const [draft, setDraft] = useState<AccountDraft>(() => reportedAccount(search));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const update = (next: AccountDraft) => {
    setDraft(next);
    if (Object.keys(errors).length > 0) setErrors(accountErrors(next) ?? {});
  };
  const change = (changes: Partial<AccountDraft>) => update({ ...draft, ...changes });
  const text = textFields(draft, errors, change);
  const submit = (form: HTMLFormElement) => {
    const found = accountErrors(draft);
    setErrors(found ?? {});
    if (found) {
      focusFirstError(form);
      return;
    }
    create.mutate(accountOf(draft), {
      onSuccess: ({ id }) => navigate({ to: '/accounts/$accountId', params: { accountId: id } }),
    });
  };
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Section title="Account">
              <Stack>
                <Radio.Group
                  label="Provider"
                  value={draft.provider}
                  onChange={(value) => {
                    const provider = CLOUD_PROVIDERS.find((each) => each === value);
                    setErrors({});
                    if (provider) setDraft(ofProvider(draft, provider));
                  }}
                >
                  <Group mt="xs">
                    {CLOUD_PROVIDERS.map((value) => (
                      <Radio key={value} value={value} label={providerNames[value]} />
                    ))}
                  </Group>
                </Radio.Group>
                <TextInput
                  label="Name"
                  description="The name your team uses for it."
                  placeholder="Production"
                  {...text('name')}
                  maxLength={200}
                  required
                />
                <ScopeFields draft={draft} errors={errors} onChange={change} />
              </Stack>
            </Section>
            <Section title="Credentials">
              <Stack>
                <CredentialFields
                  provider={draft.provider}
                  draft={draft.credentials}
                  errors={errors}
                  onChange={(credentials) => change({ credentials })}
                />
              </Stack>
            </Section>
            {create.error && <ProblemAlert problem={create.error} />}
            {Object.keys(errors).length > 0 && (
              <Text size="sm" role="alert" c="var(--tone-red-fg)">
                Correct the marked fields to add the account.
              </Text>
            )}
            <Group>
              <Button type="submit" loading={create.isPending}>
                Add and test connection
              </Button>
              <ButtonLink to="/accounts" variant="default">
                Back to accounts
              </ButtonLink>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <AccessGuide draft={draft} />
        </Grid.Col>
      </Grid>
    </form>
  );
}
