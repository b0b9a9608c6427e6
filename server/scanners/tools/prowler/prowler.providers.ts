import { z } from 'zod';
import {
  AwsRegion,
  AwsTarget,
  AzureTarget,
  GcpTarget,
  KubernetesTarget,
} from '../../../../contract/scan-targets.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { RunFile, RunLimits } from '../../runs/tool-run.js';
import {
  fitting,
  type KubernetesLogin,
  parseWebUrl,
  writeKubeconfig,
} from '../../targets/index.js';
import type { ProwlerScope } from './prowler.scope.js';

const AwsKeys = z.strictObject({
  accessKeyId: z.string().regex(/^[A-Z0-9a-z_]{3,128}$/, { error: 'is not an access key id' }),
  secretAccessKey: z.string().regex(/^[A-Za-z0-9/+=_-]{3,256}$/, { error: 'is not a secret key' }),
  sessionToken: z
    .string()
    .regex(/^[A-Za-z0-9/+=_-]{1,8192}$/, { error: 'is not a token' })
    .optional(),
});
const AzureLogin = z.strictObject({
  clientId: z.string().regex(/^[0-9a-fA-F-]{36}$/, { error: 'is not a UUID' }),
  clientSecret: z.string().regex(/^[\x21-\x7e]{1,500}$/, { error: 'is not a client secret' }),
});
/** Only service account keys: other kinds of Google's files can run programs or fetch addresses. */
const GcpKey = z.object({
  type: z.literal('service_account', { error: 'must be service_account' }),
  project_id: z.string().max(200),
  private_key_id: z.string().max(200),
  private_key: z
    .string()
    .max(10_000)
    .regex(/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, { error: 'is not a key' }),
  client_email: z.email(),
  client_id: z.string().max(100),
});

/** Credentials from the vault, written to files in memory if the tool can read them. */
export type ProwlerLogin =
  | { kind: 'aws'; keys: z.infer<typeof AwsKeys> }
  | { kind: 'azure'; servicePrincipal: z.infer<typeof AzureLogin> }
  | { kind: 'gcp'; serviceAccountKey: z.infer<typeof GcpKey> }
  | { kind: 'kubernetes'; login: KubernetesLogin };

export type ProwlerTarget = AwsTarget | AzureTarget | GcpTarget | KubernetesTarget;

export interface ProwlerOptions {
  login: ProwlerLogin;
  /** AWS: the region of this sub-job; optional if the target has only one. */
  region?: string;
  scope?: ProwlerScope;
  /** Attempts per call of AWS or Google; with Prowler's default of 3, throttling loses findings. */
  retries?: number;
  /** The address of an AWS emulator. For tests by the operator, never from users. */
  awsEndpoint?: string;
  limits?: Partial<RunLimits>;
}

interface ProviderPart {
  args: string[];
  env: Record<string, string>;
  files: RunFile[];
}

/** The provider-specific parts of a run. */
export function providerPart(target: ProwlerTarget, options: ProwlerOptions): ProviderPart {
  const { login } = options;
  if (target.kind === 'aws' && login.kind === 'aws') return awsPart(target, login.keys, options);
  if (target.kind === 'azure' && login.kind === 'azure')
    return azurePart(target, login.servicePrincipal);
  if (target.kind === 'gcp' && login.kind === 'gcp')
    return gcpPart(target, login.serviceAccountKey, options);
  if (target.kind === 'kubernetes' && login.kind === 'kubernetes')
    return kubernetesPart(target, login.login);
  throw new InvalidInputError(`a login of ${login.kind} does not fit a target of ${target.kind}`);
}

function awsPart(
  given: AwsTarget,
  keys: z.infer<typeof AwsKeys>,
  options: ProwlerOptions,
): ProviderPart {
  const target = fitting(AwsTarget, given, 'AWS account');
  const login = fitting(AwsKeys, keys, 'AWS keys');
  const region = fitting(AwsRegion, options.region ?? onlyOne(target.regions), 'region');
  if (!target.regions.includes(region)) {
    throw new InvalidInputError(`${region} is not one of the target's regions`);
  }
  if (target.externalId !== undefined && target.roleArn === undefined) {
    throw new InvalidInputError('an external id needs a role');
  }
  const credentials = [
    '[default]',
    `aws_access_key_id = ${login.accessKeyId}`,
    `aws_secret_access_key = ${login.secretAccessKey}`,
    ...(login.sessionToken === undefined ? [] : [`aws_session_token = ${login.sessionToken}`]),
  ];
  return {
    args: [
      'aws',
      '--region',
      region,
      ...(target.roleArn === undefined ? [] : ['--role', target.roleArn]),
      // With `=`, as an external id may begin with a dash.
      ...(target.externalId === undefined ? [] : [`--external-id=${target.externalId}`]),
      // Retries do not help with an emulator.
      ...retryFlag('--aws-retries-max-attempts', options.retries ?? (options.awsEndpoint ? 2 : 10)),
    ],
    env: {
      AWS_SHARED_CREDENTIALS_FILE: '{input}/aws-credentials',
      // Empty: a profile could run a program (credential_process).
      AWS_CONFIG_FILE: '{input}/aws-config',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_DEFAULT_REGION: region,
      ...(options.awsEndpoint === undefined
        ? {}
        : { AWS_ENDPOINT_URL: parseWebUrl(options.awsEndpoint).text }),
    },
    files: [
      { name: 'aws-credentials', content: `${credentials.join('\n')}\n`, secret: true },
      { name: 'aws-config', content: '[default]\n', secret: false },
    ],
  };
}

function azurePart(given: AzureTarget, principal: z.infer<typeof AzureLogin>): ProviderPart {
  const target = fitting(AzureTarget, given, 'subscription');
  const { clientId, clientSecret } = fitting(AzureLogin, principal, 'service principal');
  return {
    args: [
      'azure',
      '--sp-env-auth',
      '--subscription-ids',
      target.subscriptionId,
      '--azure-region',
      target.cloud,
    ],
    // Prowler reads a service principal only from the environment.
    env: {
      AZURE_TENANT_ID: target.tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    },
    files: [],
  };
}

function gcpPart(
  given: GcpTarget,
  key: z.infer<typeof GcpKey>,
  options: ProwlerOptions,
): ProviderPart {
  const target = fitting(GcpTarget, given, 'project');
  // We write the addresses in the file, so that no key is sent elsewhere.
  const content = JSON.stringify({
    ...fitting(GcpKey, key, 'service account key'),
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
  });
  return {
    args: [
      'gcp',
      '--credentials-file',
      '{input}/gcp-key.json',
      '--project-ids',
      target.projectId,
      ...retryFlag('--gcp-retries-max-attempts', options.retries ?? 10),
    ],
    env: {},
    files: [{ name: 'gcp-key.json', content, secret: true }],
  };
}

function kubernetesPart(given: KubernetesTarget, login: KubernetesLogin): ProviderPart {
  const target = fitting(KubernetesTarget, given, 'cluster');
  const namespaces = target.namespaces.length > 0 ? ['--namespaces', ...target.namespaces] : [];
  return {
    args: [
      'kubernetes',
      '--kubeconfig-file',
      '{input}/kubeconfig',
      '--context',
      target.context,
      ...namespaces,
    ],
    env: {},
    files: [{ name: 'kubeconfig', content: writeKubeconfig(target, login), secret: true }],
  };
}

function onlyOne(regions: readonly string[]): string {
  const [region, ...more] = regions;
  if (region !== undefined && more.length === 0) return region;
  throw new InvalidInputError('name the region of this run: one run scans one region');
}

function retryFlag(name: string, retries: number): string[] {
  if (!Number.isInteger(retries) || retries < 1 || retries > 50) {
    throw new InvalidInputError('retries must be from 1 to 50');
  }
  return [name, String(retries)];
}
