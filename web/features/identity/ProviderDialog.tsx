import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import {
  changeIdentityProvider,
  checkIdentityProvider,
  createIdentityProvider,
  type IdentityProvider,
} from '../../../contract/identity-providers.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';
import { PasswordField } from '../../ui/PasswordField.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { textFields } from '../../ui/text-fields.js';
import { useFieldErrors } from '../../ui/validation.js';
import { useIdentity } from './identity.api.js';

interface ProviderDialogProps {
  /** Null: a new one. */
  provider: IdentityProvider | null;
  onClose: () => void;
}

const NEW = {
  ...{ id: '', name: '', issuer: '', clientId: '', groupsClaim: 'groups' },
  ...{ scopes: 'openid email profile', trustedAmr: '' },
  ...{ trustsEmail: false, signsOut: true },
};
const FIELDS = [...Object.keys(NEW), 'clientSecret'];

export function ProviderDialog({ provider, onClose }: ProviderDialogProps) {
  const create = useIdentity(createIdentityProvider);
  const change = useIdentity(changeIdentityProvider);
  const [draft, setDraft] = useState(() => draftOf(provider));
  const [secret, setSecret] = useState('');
  const schema = provider ? changeIdentityProvider.body : createIdentityProvider.body;
  const { errors, rest, check } = useFieldErrors(schema, FIELDS, create.error ?? change.error);
  const edit = (changes: Partial<typeof NEW>) => setDraft({ ...draft, ...changes });
  const text = textFields(draft, errors, edit);
  const submit = () => {
    const { id: _, issuer, ...settings } = draft;
    const body = {
      ...{ ...settings, scopes: wordsOf(draft.scopes), trustedAmr: wordsOf(draft.trustedAmr) },
      ...(secret === '' ? {} : { clientSecret: secret }),
    };
    const whole = provider ? body : { ...body, id: draft.id, issuer };
    if (!check(whole)) return;
    const done = { onSuccess: onClose };
    if (provider) change.mutate({ params: { providerId: provider.id }, body }, done);
    else create.mutate({ body: { ...body, id: draft.id, issuer } }, done);
  };
  return (
    <FormDialog
      title={provider ? `Change ${provider.name}` : 'Add a provider'}
      submit={provider ? 'Save' : 'Add'}
      busy={create.isPending || change.isPending}
      problem={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="On the sign-in page: Sign in with …"
        maxLength={60}
        {...text('name')}
        required
      />
      {!provider && (
        <TextInput
          label="Short name"
          description="In the redirect URI that you register at the provider; cannot be changed later."
          placeholder="keycloak"
          maxLength={40}
          {...text('id')}
          required
        />
      )}
      {!provider && (
        <Text size="xs" c="dimmed">
          Redirect URI: {window.location.origin}/sign-in/oidc/{draft.id || '…'}
        </Text>
      )}
      <Issuer draft={draft} isKnown={provider !== null} text={text('issuer')} />
      <TextInput label="Client ID" autoComplete="off" {...text('clientId')} required />
      <PasswordField
        label="Client secret"
        description={
          provider?.hasClientSecret
            ? 'Leave empty to keep the stored one.'
            : 'Stored encrypted. Empty for a public client.'
        }
        autoComplete="off"
        required={false}
        value={secret}
        onChange={setSecret}
        error={errors.clientSecret}
      />
      <TextInput
        label="Scopes"
        description="Separated by spaces; add one for groups if the provider has it."
        {...text('scopes')}
      />
      <TextInput
        label="Claim with groups"
        description="Nested ones with dots: realm_access.roles"
        {...text('groupsClaim')}
      />
      <TextInput
        label="Values of amr or acr that count as a second factor"
        description="Separated by spaces, for example mfa. Without any, the second factor is asked for here."
        {...text('trustedAmr')}
      />
      <Checkbox
        label="This provider verifies every e-mail address"
        description="Only where it does and does not say so, as Entra ID."
        checked={draft.trustsEmail}
        onChange={({ currentTarget }) => edit({ trustsEmail: currentTarget.checked })}
      />
      <Checkbox
        label="Signing out here also signs out there"
        checked={draft.signsOut}
        onChange={({ currentTarget }) => edit({ signsOut: currentTarget.checked })}
      />
    </FormDialog>
  );
}

function draftOf(provider: IdentityProvider | null): typeof NEW {
  if (!provider) return NEW;
  const { id, name, issuer, clientId, groupsClaim, trustsEmail, signsOut } = provider;
  const lists = {
    scopes: provider.scopes.join(' '),
    trustedAmr: provider.trustedAmr.join(' '),
  };
  return { id, name, issuer, clientId, groupsClaim, trustsEmail, signsOut, ...lists };
}

const wordsOf = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');

interface IssuerProps {
  draft: { issuer: string };
  isKnown: boolean;
  text: { value: string; onChange: (event: { currentTarget: { value: string } }) => void };
}

/** The issuer, with a test of the connection. */
function Issuer({ draft: { issuer }, isKnown, text }: IssuerProps) {
  const test = useIdentity(checkIdentityProvider);
  return (
    <Stack gap="xs">
      <TextInput
        label="Issuer"
        description="As in the provider’s discovery document, without /.well-known."
        placeholder="https://id.example.org/realms/main"
        disabled={isKnown}
        {...text}
        required
      />
      <Group>
        <Button
          variant="default"
          size="xs"
          loading={test.isPending}
          disabled={issuer === ''}
          onClick={() => test.mutate({ body: { issuer } })}
        >
          Test the connection
        </Button>
      </Group>
      {test.data && (
        <Notice
          tone={test.data.problems.length === 0 ? 'blue' : 'amber'}
          icon={test.data.problems.length === 0 ? CircleCheck : CircleAlert}
          title={`It answers, with ${counted(test.data.keys, 'signing key')}`}
        >
          {test.data.problems.length === 0
            ? 'It supports all that is used here.'
            : `But ${test.data.problems.join('; ')}.`}
        </Notice>
      )}
      {test.error && <ProblemAlert problem={test.error} />}
    </Stack>
  );
}
