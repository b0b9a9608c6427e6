import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { textFields } from '../../ui/text-fields.js';
import { type AccountDraft, AZURE_CLOUDS } from './account-draft.js';
import { RegionsInput } from './RegionsInput.js';

interface ScopeFieldsProps {
  draft: AccountDraft;
  errors: Record<string, string>;
  onChange: (changes: Partial<AccountDraft>) => void;
}

/** The fields that identify the account. */
export function ScopeFields({ draft, errors, onChange }: ScopeFieldsProps) {
  const text = textFields(draft, errors, onChange);
  switch (draft.provider) {
    case 'aws':
      return (
        <>
          <TextInput
            label="Account number"
            description="The 12 digits."
            placeholder="123456789012"
            inputMode="numeric"
            {...text('accountId')}
            required
          />
          <RegionsInput
            value={draft.regions}
            onChange={(regions) => onChange({ regions })}
            error={errors.regions}
          />
        </>
      );
    case 'azure':
      return (
        <>
          <TextInput label="Tenant id" {...text('tenantId')} required />
          <TextInput label="Subscription id" {...text('subscriptionId')} required />
          <NativeSelect
            label="Cloud"
            value={draft.cloud}
            onChange={(event) => onChange({ cloud: event.currentTarget.value })}
            data={[...AZURE_CLOUDS]}
            maw={300}
          />
        </>
      );
    case 'gcp':
      return (
        <TextInput label="Project id" placeholder="my-project-1" {...text('projectId')} required />
      );
    case 'kubernetes':
      return (
        <>
          <TextInput
            label="Cluster name"
            description="Also the name of the context for Prowler."
            placeholder="production"
            {...text('context')}
            required
          />
          <TextInput
            label="API server address"
            description="A private address must be declared under own targets first."
            placeholder="https://cluster.example.org:6443"
            {...text('server')}
            required
          />
          <Textarea
            label="Certificate authority"
            description="certificate-authority-data of the kubeconfig: PEM in base64. Leave empty for a public certificate."
            {...text('certificateAuthority')}
            rows={3}
          />
          <TextInput
            label="Only these namespaces"
            description="Separated by commas. Leave empty for all."
            {...text('namespaces')}
          />
        </>
      );
  }
}
