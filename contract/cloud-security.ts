import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { LastImport } from './inventory.js';
import { PageQuery, pageOf } from './page.js';
import {
  AwsRegion,
  AwsRoleArn,
  AwsTarget,
  AzureTarget,
  GcpTarget,
  KubernetesTarget,
} from './scan-targets.js';

const PREFIX = '/api/cloud-security';

// ── providers and scopes ───────────────────────────────────────────────────────────────────────

export const CLOUD_PROVIDERS = ['aws', 'azure', 'gcp', 'kubernetes'] as const;
export const CloudProvider = z.enum(CLOUD_PROVIDERS);
export type CloudProvider = z.infer<typeof CloudProvider>;

/** Identifies an account at its provider; contains no secrets. */
export const CloudScope = z.discriminatedUnion('kind', [
  AwsTarget.pick({ kind: true, accountId: true, regions: true }),
  AzureTarget,
  GcpTarget,
  KubernetesTarget,
]);
export type CloudScope = z.infer<typeof CloudScope>;

/** Of an account that only imported reports name: nothing is known of how to reach it. */
export const ReportedScope = z.object({
  kind: z.literal('reported'),
  accountId: z.string().describe('as the reports name it'),
});
export type AccountScope = CloudScope | z.infer<typeof ReportedScope>;

/** The account's id at its provider, by which reports name it. */
export function providerAccountId(scope: AccountScope): string {
  switch (scope.kind) {
    case 'aws':
    case 'reported':
      return scope.accountId;
    case 'azure':
      return scope.subscriptionId;
    case 'gcp':
      return scope.projectId;
    case 'kubernetes':
      return scope.context;
  }
}

/**
 * The account by which its findings can be listed. Null for a cluster: reports made inside it name it otherwise
 * than by its context, and clusters with the same context would be listed as one.
 */
export function findingAccountOf(scope: AccountScope): string | null {
  return scope.kind === 'kubernetes' ? null : providerAccountId(scope);
}

// ── credentials: accepted, never returned ──────────────────────────────────────────────────────

const AccessKeyId = z
  .string()
  .regex(/^[A-Z0-9]{16,128}$/, { error: 'must look like AKIAIOSFODNN7EXAMPLE' });
const SecretText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x21-\x7e]+$/, { error: 'must be printable, without spaces' });
const AwsKeys = z.object({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretText(200),
  sessionToken: SecretText(4_000).optional(),
});
const Base64Pem = z
  .string()
  .max(200_000)
  .regex(/^[A-Za-z0-9+/\s]+(?:=[=\s]*)?$/, { error: 'must be PEM in base64, as in a kubeconfig' });

export const CloudCredentials = z.discriminatedUnion('kind', [
  AwsKeys.extend({ kind: z.literal('aws_keys') }),
  z.object({
    kind: z.literal('aws_role'),
    roleArn: AwsRoleArn,
    externalId: AwsTarget.shape.externalId,
    /** Keys that assume the role; defaults to the server's scanner identity. */
    keys: AwsKeys.optional(),
  }),
  z.object({
    kind: z.literal('azure_service_principal'),
    clientId: AzureTarget.shape.tenantId,
    clientSecret: SecretText(500),
  }),
  z.object({
    kind: z.literal('gcp_service_account'),
    key: z.string().min(1).max(20_000).describe('the JSON key file from Google'),
  }),
  z.object({ kind: z.literal('kubernetes_token'), token: SecretText(16_000) }),
  z.object({
    kind: z.literal('kubernetes_certificate'),
    clientCertificate: Base64Pem,
    clientKey: Base64Pem,
  }),
]);
export type CloudCredentials = z.infer<typeof CloudCredentials>;
export type CredentialKind = CloudCredentials['kind'];

/** The kinds of credentials that each provider accepts. */
export const CREDENTIALS_OF: Readonly<Record<CloudProvider, readonly CredentialKind[]>> = {
  aws: ['aws_keys', 'aws_role'],
  azure: ['azure_service_principal'],
  gcp: ['gcp_service_account'],
  kubernetes: ['kubernetes_token', 'kubernetes_certificate'],
};

// ── accounts ───────────────────────────────────────────────────────────────────────────────────

export const ConnectionTest = z.object({
  status: z.enum(['running', 'passed', 'failed']),
  at: z.string(),
  problem: z.string().nullable().describe('what is missing, and how to fix it'),
  cause: z
    .enum(['account', 'scanner'])
    .optional()
    .describe(
      'of a failure: `scanner` when it cannot start on this server, so that nothing is known of the account',
    ),
});
export type ConnectionTest = z.infer<typeof ConnectionTest>;

export const CloudAccount = z.object({
  id: z.string(),
  name: z.string(),
  provider: CloudProvider,
  scope: z.union([CloudScope, ReportedScope]),
  status: z
    .enum(['active', 'inactive', 'reports_only'])
    .describe(
      '`inactive`: not scanned; `reports_only`: known from imported reports, without credentials',
    ),
  credentials: z
    .object({
      kind: z.string(),
      hint: z
        .string()
        .describe('identifies the credentials: a key id, client id or role; never a secret'),
      changedAt: z.string(),
    })
    .nullable(),
  lastTest: ConnectionTest.nullable(),
  attention: z
    .string()
    .nullish()
    .describe('why an active account needs attention: the reason of its failed connection test'),
  lastImport: LastImport.nullish(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type CloudAccount = z.infer<typeof CloudAccount>;

const Name = z.string().trim().min(1).max(200);
export const NewCloudAccount = z.object({
  name: Name,
  scope: CloudScope,
  credentials: CloudCredentials,
});
export type NewCloudAccount = z.infer<typeof NewCloudAccount>;
export const CloudAccountChanges = z.object({
  name: Name.optional(),
  status: z.enum(['active', 'inactive']).optional(),
  regions: z.array(AwsRegion).min(1).max(60).optional().describe('AWS only'),
  credentials: CloudCredentials.optional(),
});
export type CloudAccountChanges = z.infer<typeof CloudAccountChanges>;

const AccountParams = z.object({ accountId: z.string() });
const common = { module: 'cloud-security' } as const;

export const createCloudAccount = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/accounts`,
  access: 'accounts:write',
  summary: 'Add a cloud account',
  description:
    'Credentials are encrypted before they are stored and never returned. A connection test starts at once; its result is in `lastTest`. An account that is known from imported reports keeps its id.',
  body: NewCloudAccount,
  unmasked: ['credentials'],
  idempotent: { shownOnce: [] },
  result: CloudAccount,
  status: 201,
});
export const listCloudAccounts = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/accounts`,
  access: 'accounts:read',
  summary: 'Cloud accounts, sorted by name',
  query: PageQuery,
  result: pageOf(CloudAccount),
});
export const getCloudAccount = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/accounts/:accountId`,
  access: 'accounts:read',
  summary: 'One cloud account',
  params: AccountParams,
  result: CloudAccount,
});
export const changeCloudAccount = endpoint({
  ...common,
  method: 'PATCH',
  path: `${PREFIX}/accounts/:accountId`,
  access: 'accounts:write',
  summary: 'Rename an account, enable or disable it, choose regions, or replace its credentials',
  params: AccountParams,
  body: CloudAccountChanges,
  unmasked: ['credentials'],
  result: CloudAccount,
});
export const deleteCloudAccount = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PREFIX}/accounts/:accountId`,
  access: 'accounts:write',
  summary: 'Remove a cloud account and its credentials',
  description: 'Its results and findings stay. To keep the account as well, deactivate it instead.',
  params: AccountParams,
  result: z.object({ id: z.string() }),
});
export const testCloudAccount = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/accounts/:accountId/test`,
  access: 'accounts:write',
  summary: 'Test the connection of an account',
  description: 'Returns at once; the result, with any missing permission, appears in `lastTest`.',
  params: AccountParams,
  result: CloudAccount,
  status: 202,
});
