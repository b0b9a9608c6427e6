import {
  Button,
  Checkbox,
  FileButton,
  Group,
  PasswordInput,
  Radio,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { CloudProvider } from '../../../contract/cloud-security.js';
import { textFields } from '../../ui/text-fields.js';
import { credentialNames } from '../cloud-accounts/providers.js';
import { type CredentialsDraft, kindsOf } from './account-draft.js';

interface CredentialFieldsProps {
  provider: CloudProvider;
  draft: CredentialsDraft;
  errors: Record<string, string>;
  onChange: (draft: CredentialsDraft) => void;
}

type TextField = Exclude<keyof CredentialsDraft, 'kind' | 'hasOwnKeys'>;

/** The fields of one kind of credentials. Secrets are masked and not saved by the browser. */
export function CredentialFields({ provider, draft, errors, onChange }: CredentialFieldsProps) {
  const kinds = kindsOf(provider);
  const text = textFields(draft, errors, (changes) => onChange({ ...draft, ...changes }));
  const field = (name: TextField) => ({
    ...text(name),
    autoComplete: 'off',
    spellCheck: false,
  });
  const secret = (name: TextField) => ({
    ...field(name),
    autoComplete: 'new-password',
    visibilityToggleButtonProps: { 'aria-label': 'Show the typed text' },
  });
  const keys = (
    <>
      <TextInput
        label="Access key id"
        placeholder="AKIAIOSFODNN7EXAMPLE"
        {...field('accessKeyId')}
        required
      />
      <PasswordInput label="Secret access key" {...secret('secretAccessKey')} required />
      <PasswordInput
        label="Session token"
        description="Only for temporary keys. Scans fail once these expire."
        {...secret('sessionToken')}
      />
    </>
  );
  return (
    <>
      {kinds.length > 1 && (
        <Radio.Group
          label="How the scanner signs in"
          value={draft.kind}
          onChange={(value) => {
            const kind = kinds.find((each) => each === value);
            if (kind) onChange({ ...draft, kind });
          }}
        >
          <Group mt="xs">
            {kinds.map((kind) => (
              <Radio key={kind} value={kind} label={credentialNames[kind]} />
            ))}
          </Group>
        </Radio.Group>
      )}
      {draft.kind === 'aws_role' && (
        <>
          <TextInput
            label="Role"
            description="The ARN of the role in the scanned account."
            placeholder="arn:aws:iam::123456789012:role/OffloadSecurity"
            {...field('roleArn')}
            required
          />
          <TextInput
            label="External id"
            description="Generated for you. Add it to the trust policy of the role, so that no one else can use the role through this server."
            {...field('externalId')}
          />
          <Checkbox
            label="Assume the role with separate access keys"
            description="Without them the server’s own identity is used, if the operator has set one up."
            checked={draft.hasOwnKeys}
            onChange={(event) => onChange({ ...draft, hasOwnKeys: event.currentTarget.checked })}
          />
          {draft.hasOwnKeys && keys}
        </>
      )}
      {draft.kind === 'aws_keys' && keys}
      {draft.kind === 'azure_service_principal' && (
        <>
          <TextInput
            label="Client id"
            description="The application id."
            {...field('clientId')}
            required
          />
          <PasswordInput label="Client secret" {...secret('clientSecret')} required />
        </>
      )}
      {draft.kind === 'gcp_service_account' && (
        <div>
          <Textarea
            label="Service account key"
            description="The JSON file as downloaded from Google."
            {...field('key')}
            rows={6}
            resize="vertical"
            required
          />
          <FileButton
            accept="application/json,.json"
            onChange={async (file) => {
              if (file) onChange({ ...draft, key: await file.text() });
            }}
          >
            {(props) => (
              <Button size="compact-xs" variant="default" mt={6} {...props}>
                Read from a file
              </Button>
            )}
          </FileButton>
        </div>
      )}
      {draft.kind === 'kubernetes_token' && (
        <PasswordInput label="Token" {...secret('token')} required />
      )}
      {draft.kind === 'kubernetes_certificate' && (
        <>
          <Textarea
            label="Client certificate"
            description="client-certificate-data of the kubeconfig: PEM in base64."
            {...field('clientCertificate')}
            rows={3}
            required
          />
          <Textarea
            label="Client key"
            description="client-key-data of the kubeconfig: PEM in base64."
            {...field('clientKey')}
            rows={3}
            required
          />
        </>
      )}
    </>
  );
}
