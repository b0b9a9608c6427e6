import type {
  CloudCredentials,
  CloudProvider,
  CloudScope,
} from '../../../contract/cloud-security.js';
import {
  CloudCredentials as CredentialsSchema,
  CloudScope as ScopeSchema,
} from '../../../contract/cloud-security.js';
import type { Environment, Io } from '../io.js';
import { asUsage, fitted, usageError } from '../usage-error.js';
import { readSecretFile } from './read-secret-file.js';

/** Command-line options that identify an account; none is secret. */
export interface PlaceOptions {
  accountNumber?: string;
  region?: string[];
  roleArn?: string;
  subscription?: string;
  tenant?: string;
  project?: string;
  kubeconfig?: string;
  context?: string;
  namespace?: string[];
  /** JSON file of credentials as in the API. */
  credentials?: string;
  keyFile?: string;
}

export interface AccountPlace {
  scope: CloudScope;
  credentials: CloudCredentials;
}

/** Enabled by default in every AWS account. */
const AWS_USUAL_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

/**
 * Reads an account from options and its secrets from the environment or files, never from the command
 * line, which other users can see. Throws usage errors that name what is missing.
 */
export async function readAccountPlace(
  io: Io,
  provider: CloudProvider,
  options: PlaceOptions,
): Promise<AccountPlace> {
  const place = await PLACES[provider](options, io);
  const credentials =
    options.credentials === undefined
      ? place.credentials()
      : await credentialsIn(io, options.credentials);
  return {
    scope: fitted(ScopeSchema, place.scope),
    credentials: fitted(CredentialsSchema, await credentials),
  };
}

/** Credentials are read after the scope, so that missing values are reported in that order. */
type Place = { scope: object; credentials: () => object | Promise<object> };

const PLACES: Record<CloudProvider, (options: PlaceOptions, io: Io) => Promise<Place>> = {
  aws: async ({ accountNumber, region, roleArn }, { env }) => {
    const ofRole = /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(roleArn ?? '')?.[1];
    const accountId = accountNumber ?? ofRole ?? set(env, 'AWS_ACCOUNT_ID');
    if (!accountId) {
      throw usageError(
        'the account is missing: give --account-number or AWS_ACCOUNT_ID (aws sts get-caller-identity --query Account)',
      );
    }
    const here = set(env, 'AWS_REGION') ?? set(env, 'AWS_DEFAULT_REGION');
    const regions = regionsOf(region ?? (here ? [here] : ['all']));
    return {
      scope: { kind: 'aws', accountId, regions },
      credentials: () => awsCredentials(roleArn, env),
    };
  },
  azure: async ({ subscription, tenant }, { env }) => ({
    scope: {
      kind: 'azure',
      tenantId: tenant ?? needed(env, 'AZURE_TENANT_ID', '--tenant'),
      subscriptionId: subscription ?? needed(env, 'AZURE_SUBSCRIPTION_ID', '--subscription'),
    },
    credentials: () => ({
      kind: 'azure_service_principal',
      clientId: needed(env, 'AZURE_CLIENT_ID'),
      clientSecret: needed(env, 'AZURE_CLIENT_SECRET'),
    }),
  }),
  gcp: async ({ project, keyFile, credentials }, io) => {
    const { env } = io;
    const path = keyFile ?? set(env, 'GOOGLE_APPLICATION_CREDENTIALS');
    if (!path && !credentials) {
      throw usageError(
        'a service account key is missing: give --key-file or GOOGLE_APPLICATION_CREDENTIALS',
      );
    }
    const key = path ? await readSecretFile(io, path, 'the key file') : '';
    const projectId = project ?? set(env, 'GOOGLE_CLOUD_PROJECT') ?? projectIn(key);
    if (!projectId)
      throw usageError('the project is missing: give --project or GOOGLE_CLOUD_PROJECT');
    return {
      scope: { kind: 'gcp', projectId },
      credentials: () => ({ kind: 'gcp_service_account', key }),
    };
  },
  kubernetes: async ({ kubeconfig, context, namespace = [] }, io) => {
    const path = kubeconfig ?? set(io.env, 'KUBECONFIG');
    if (!path) throw usageError('the kubeconfig is missing: give --kubeconfig or KUBECONFIG');
    const content = await readSecretFile(io, path, 'the kubeconfig');
    const { readKubeconfig } = await import('../../scanners/targets/index.js');
    const { target, login } = await asUsage(
      Promise.resolve().then(() => readKubeconfig(content, context)),
    );
    const kind = 'token' in login ? 'kubernetes_token' : 'kubernetes_certificate';
    return {
      scope: { ...target, namespaces: namespace },
      credentials: () => ({ kind, ...login }),
    };
  },
};

function awsCredentials(roleArn: string | undefined, env: Environment): object {
  const accessKeyId = set(env, 'AWS_ACCESS_KEY_ID');
  const externalId = set(env, 'AWS_EXTERNAL_ID');
  // Without keys, the server's own identity assumes the role.
  if (roleArn && !accessKeyId) return { kind: 'aws_role', roleArn, externalId };
  const keys = {
    accessKeyId: needed(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: needed(env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: set(env, 'AWS_SESSION_TOKEN'),
  };
  return roleArn ? { kind: 'aws_role', roleArn, externalId, keys } : { kind: 'aws_keys', ...keys };
}

/** Expands `all` to the regions enabled by default. */
export function regionsOf(regions: readonly string[]): string[] {
  return regions.flatMap((region) => (region === 'all' ? AWS_USUAL_REGIONS : [region]));
}

async function credentialsIn(io: Io, path: string): Promise<object> {
  const content = await readSecretFile(io, path, 'the credentials');
  try {
    return JSON.parse(content) as object;
  } catch {
    // The parser's message would quote secrets.
    throw usageError(`the credentials ${path} are not JSON`);
  }
}

function projectIn(key: string): string | undefined {
  try {
    const { project_id: projectId } = JSON.parse(key) as { project_id?: unknown };
    return typeof projectId === 'string' ? projectId : undefined;
  } catch {
    return undefined; // validated later
  }
}

function set(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function needed(env: Environment, name: string, option?: string): string {
  const value = set(env, name);
  if (value !== undefined) return value;
  throw usageError(`${name} is not set${option ? `, and ${option} is not given` : ''}`);
}
