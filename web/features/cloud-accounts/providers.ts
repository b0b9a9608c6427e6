import type {
  AccountScope,
  CloudProvider,
  CredentialKind,
} from '../../../contract/cloud-security.js';
import { counted } from '../../ui/format.js';

export const providerNames: Record<CloudProvider, string> = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
  kubernetes: 'Kubernetes',
};

export const credentialNames: Record<CredentialKind, string> = {
  aws_role: 'Role, assumed with an external id',
  aws_keys: 'Access key',
  azure_service_principal: 'Service principal',
  gcp_service_account: 'Service account key',
  kubernetes_token: 'Service account token',
  kubernetes_certificate: 'Client certificate',
};

/** The name of a kind of credentials, including kinds unknown to this page. */
export function credentialName(kind: string): string {
  return Object.entries(credentialNames).find(([known]) => known === kind)?.[1] ?? kind;
}

/** A one-line description of where an account is. */
export function placeOf(scope: AccountScope): string {
  switch (scope.kind) {
    case 'reported':
      return scope.accountId;
    case 'aws':
      return `Account ${scope.accountId}, ${counted(scope.regions.length, 'region')}`;
    case 'azure':
      return `Subscription ${scope.subscriptionId}`;
    case 'gcp':
      return `Project ${scope.projectId}`;
    case 'kubernetes':
      return `${scope.context} at ${scope.server}`;
  }
}

/** Suggestions for regions; others can be typed. From the provider's list of commercial regions. */
export const AWS_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'af-south-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
] as const;

/** The regions that are enabled in every account by default. */
export const AWS_DEFAULT_REGIONS: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
];
