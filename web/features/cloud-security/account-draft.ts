import {
  CloudCredentials,
  type CloudProvider,
  CREDENTIALS_OF,
  type CredentialKind,
  NewCloudAccount,
} from '../../../contract/cloud-security.js';
import { fieldErrors } from '../../ui/validation.js';
import type { NewAccountInput } from '../cloud-accounts/account.api.js';
import type { NewAccountSearch } from './accounts.search.js';

/** The values of the credential fields of every kind. */
export interface CredentialsDraft {
  kind: CredentialKind;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleArn: string;
  externalId: string;
  /** Whether the account has separate keys to assume the role. */
  hasOwnKeys: boolean;
  clientId: string;
  clientSecret: string;
  key: string;
  token: string;
  clientCertificate: string;
  clientKey: string;
}

export interface AccountDraft {
  provider: CloudProvider;
  name: string;
  accountId: string;
  regions: string[];
  tenantId: string;
  subscriptionId: string;
  cloud: string;
  projectId: string;
  context: string;
  server: string;
  certificateAuthority: string;
  namespaces: string;
  credentials: CredentialsDraft;
}

export const AZURE_CLOUDS = [
  'AzureCloud',
  'AzureChinaCloud',
  'AzureUSGovernment',
  'AzureGermanCloud',
] as const;

/** The default kind per provider: the one its documentation recommends. */
const FIRST_KIND: Record<CloudProvider, CredentialKind> = {
  aws: 'aws_role',
  azure: 'azure_service_principal',
  gcp: 'gcp_service_account',
  kubernetes: 'kubernetes_token',
};

export function emptyCredentials(kind: CredentialKind): CredentialsDraft {
  return {
    kind,
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: '',
    roleArn: '',
    externalId: randomExternalId(),
    hasOwnKeys: true,
    clientId: '',
    clientSecret: '',
    key: '',
    token: '',
    clientCertificate: '',
    clientKey: '',
  };
}

export function emptyAccount(provider: CloudProvider): AccountDraft {
  return {
    provider,
    name: '',
    accountId: '',
    regions: [],
    tenantId: '',
    subscriptionId: '',
    cloud: 'AzureCloud',
    projectId: '',
    context: '',
    server: '',
    certificateAuthority: '',
    namespaces: '',
    credentials: emptyCredentials(FIRST_KIND[provider]),
  };
}

/** The form of an account that reports name; an empty one without such a name. */
export function reportedAccount({
  provider = 'aws',
  account = '',
  name = '',
}: NewAccountSearch): AccountDraft {
  const draft = { ...emptyAccount(provider), name };
  switch (provider) {
    case 'aws':
      return { ...draft, accountId: account };
    case 'azure':
      return { ...draft, subscriptionId: account };
    case 'gcp':
      return { ...draft, projectId: account };
    case 'kubernetes':
      return { ...draft, context: account };
  }
}

/** Changes the provider: keeps the name and clears the credentials. */
export function ofProvider(draft: AccountDraft, provider: CloudProvider): AccountDraft {
  const credentials = emptyCredentials(FIRST_KIND[provider]);
  return { ...draft, provider, credentials };
}

export function kindsOf(provider: CloudProvider): readonly CredentialKind[] {
  return CREDENTIALS_OF[provider].toSorted((a) => (a === FIRST_KIND[provider] ? -1 : 1));
}

export function accountOf(draft: AccountDraft): NewAccountInput {
  return {
    name: draft.name.trim(),
    scope: scopeOf(draft),
    credentials: credentialsOf(draft.credentials),
  };
}

function scopeOf(draft: AccountDraft): NewAccountInput['scope'] {
  switch (draft.provider) {
    case 'aws':
      return { kind: 'aws', accountId: draft.accountId.trim(), regions: draft.regions };
    case 'azure':
      return {
        kind: 'azure',
        tenantId: draft.tenantId.trim(),
        subscriptionId: draft.subscriptionId.trim(),
        cloud: AZURE_CLOUDS.find((cloud) => cloud === draft.cloud),
      };
    case 'gcp':
      return { kind: 'gcp', projectId: draft.projectId.trim() };
    case 'kubernetes': {
      const certificateAuthority = draft.certificateAuthority.trim();
      return {
        kind: 'kubernetes',
        context: draft.context.trim(),
        server: draft.server.trim(),
        ...(certificateAuthority ? { certificateAuthority } : {}),
        namespaces: draft.namespaces.split(/[\s,]+/).filter((name) => name !== ''),
      };
    }
  }
}

export function credentialsOf(draft: CredentialsDraft): NewAccountInput['credentials'] {
  const sessionToken = draft.sessionToken.trim();
  const keys = {
    accessKeyId: draft.accessKeyId.trim(),
    secretAccessKey: draft.secretAccessKey.trim(),
    ...(sessionToken ? { sessionToken } : {}),
  };
  const { kind } = draft;
  switch (kind) {
    case 'aws_keys':
      return { kind, ...keys };
    case 'aws_role': {
      const externalId = draft.externalId.trim();
      return {
        kind,
        roleArn: draft.roleArn.trim(),
        ...(externalId ? { externalId } : {}),
        ...(draft.hasOwnKeys ? { keys } : {}),
      };
    }
    case 'azure_service_principal':
      return { kind, clientId: draft.clientId.trim(), clientSecret: draft.clientSecret.trim() };
    case 'gcp_service_account':
      return { kind, key: draft.key.trim() };
    case 'kubernetes_token':
      return { kind, token: draft.token.trim() };
    case 'kubernetes_certificate':
      return {
        kind,
        clientCertificate: draft.clientCertificate.trim(),
        clientKey: draft.clientKey.trim(),
      };
  }
}

/** The first error per field, by field name; null when the draft is valid. */
export function accountErrors(draft: AccountDraft): Record<string, string> | null {
  const errors = byField(fieldErrors(NewCloudAccount, accountOf(draft)));
  if (draft.provider === 'aws' && draft.regions.length === 0) {
    return { ...errors, regions: 'Choose at least one region' };
  }
  return errors;
}

export function credentialErrors(draft: CredentialsDraft): Record<string, string> | null {
  return byField(fieldErrors(CloudCredentials, credentialsOf(draft)));
}

/** `credentials.keys.accessKeyId` belongs to the field `accessKeyId`, `scope.regions.3` to `regions`. */
function byField(found: Record<string, string> | null): Record<string, string> | null {
  if (!found) return null;
  const errors: Record<string, string> = {};
  for (const [path, message] of Object.entries(found)) {
    const field = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;
    errors[field] ??= message;
  }
  return errors;
}

/** Too long to guess. (`randomUUID` is not available on plain HTTP.) */
function randomExternalId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `offload-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
