import { resolve } from 'node:path';
import type { BlobBackendKind } from '../blobs/blob-backend.js';
import { DATABASE_KEYS, DATABASES, type DatabaseKey } from '../database/names.js';
import type { RetentionDays } from '../retention/retention-days.js';
import { Secret } from './secret.js';
import { type ToolVariable, variableOf } from './tool-variables.js';
import type { Variable } from './variable.js';
import { databaseVariables, type LOG_LEVELS, type NATIVE_TOOLS, variables } from './variables.js';

export interface Config {
  host: string;
  port: number;
  /** Address at which browsers reach the server; null: loopback only. */
  publicUrl: string | null;
  /** Proxies whose forwarding headers count; null: none. */
  trustedProxies: string[] | null;
  /** Of one address, account or API key. */
  requestsPerMinute: number;
  /** For /metrics beyond loopback; null: loopback only. */
  metricsToken: Secret | null;
  sessionIdleMinutes: number;
  sessionHours: number;
  /** First administrator of an unattended installation. */
  adminEmail: string | null;
  adminPassword: Secret | null;
  /** Of `cspm worker`, for health and metrics. */
  workerPort: number | 'off';
  /** Absolute path. */
  dataDir: string;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Modules to load; null: all. */
  modules: string[] | null;
  maxUploadBytes: number;
  /** Server of all databases without a separate URI; null: embedded, in `dataDir`. */
  mongoUri: Secret | null;
  /** Redis for the job queue; null: the queue is in the orchestration database. */
  redisUrl: Secret | null;
  redisPrefix: string;
  /** Where files are kept. */
  blobs: BlobBackendKind;
  /** For `blobs: 's3'`. */
  s3Bucket: string | null;
  /** Empty, or ends with a slash. */
  s3Prefix: string;
  s3Region: string;
  /** Null: AWS. */
  s3Endpoint: string | null;
  s3AccessKeyId: string | null;
  s3SecretAccessKey: Secret | null;
  /** Key that encrypts credentials; null: a key file in `dataDir`, created on first use. */
  masterKey: Secret | null;
  /** Folders of this machine that may be scanned; absolute. */
  scanFolders: string[];
  /** Path of the container output folder on the container host; null: the same path as here. */
  scanHostOutputDir: string | null;
  /** Path of this /dev/shm on the container host; null: secret files of scans are on disk there. */
  scanHostMemoryDir: string | null;
  /** Folders to scan, each `HERE=HOST` with its path here and on the container host. */
  scanHostFolders: string[];
  /** Name servers for scans in containers; empty: those of the machine. */
  scanDns: string[];
  nativeTools: (typeof NATIVE_TOOLS)[number];
  /** The PATH on which native tools are looked up; null: the process's own. */
  programPath: string | null;
  /** Limits for one run of a scanner; null: the scanner's default limit. */
  scanTimeoutSeconds: number | null;
  scanMemoryMb: number | null;
  scanOutputMb: number | null;
  /** Settings of single tools by variable name, such as images and folders; null: not set. */
  toolSettings: Readonly<Record<string, string | null>>;
  /** Private ranges, addresses and names that outbound calls may reach. */
  outboundAllow: string[];
  /** Mail server; null: no mail is sent. */
  smtpUrl: Secret | null;
  smtpFrom: string | null;
  /** Days to keep each kind of data. */
  retentionDays: RetentionDays;
  /** Identity that assumes the roles of AWS accounts without separate keys. */
  awsAccessKeyId: string | null;
  awsSecretAccessKey: Secret | null;
  /** Emulator to use instead of AWS. */
  awsEndpoint: string | null;
  databases: Record<DatabaseKey, { name: string; uri: Secret | null }>;
}

/** Invalid variables, each with its problem and a valid example. */
export class ConfigError extends Error {
  constructor(readonly problems: { name: string; problem: string; example: string }[]) {
    super(
      problems
        .map(({ name, problem, example }) => `${name}: ${problem} (example: ${name}=${example})`)
        .join('\n'),
    );
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment once. An empty variable counts as unset. Throws ConfigError with all bad variables.
 * The platform does not know the tools, so callers pass their variables.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  toolVariables: readonly ToolVariable[] = [],
): Config {
  const problems: ConfigError['problems'] = [];
  const read = <T>({ name, example, schema }: Variable<T>): T => {
    const result = schema.safeParse(env[name]?.trim() || undefined);
    if (result.success) return result.data;
    problems.push({
      name,
      example,
      problem: result.error.issues.map((issue) => issue.message).join('; '),
    });
    return undefined as T; // never used: the function throws below
  };
  const databases = Object.fromEntries(
    DATABASE_KEYS.map((key) => {
      const spec = databaseVariables(key);
      return [key, { name: read(spec.name), uri: read(spec.uri) }];
    }),
  ) as Config['databases'];
  const mongoUri = read(variables.mongoUri);
  const config: Config = {
    host: read(variables.host),
    port: read(variables.port),
    publicUrl: read(variables.publicUrl),
    trustedProxies: read(variables.trustedProxies),
    requestsPerMinute: read(variables.requestsPerMinute),
    metricsToken: read(variables.metricsToken),
    sessionIdleMinutes: read(variables.sessionIdleMinutes),
    sessionHours: read(variables.sessionHours),
    adminEmail: read(variables.adminEmail),
    adminPassword: read(variables.adminPassword),
    workerPort: read(variables.workerPort),
    dataDir: resolve(read(variables.dataDir) ?? '.'),
    logLevel: read(variables.logLevel),
    modules: read(variables.modules),
    maxUploadBytes: read(variables.maxUploadBytes),
    mongoUri,
    redisUrl: read(variables.redisUrl),
    redisPrefix: read(variables.redisPrefix),
    blobs: read(variables.blobs) ?? (mongoUri ? 'database' : 'folder'),
    s3Bucket: read(variables.s3Bucket),
    s3Prefix: read(variables.s3Prefix),
    s3Region: read(variables.s3Region),
    s3Endpoint: read(variables.s3Endpoint),
    s3AccessKeyId: read(variables.s3AccessKeyId),
    s3SecretAccessKey: read(variables.s3SecretAccessKey),
    masterKey: read(variables.masterKey),
    scanFolders: read(variables.scanFolders),
    scanHostOutputDir: read(variables.scanHostOutputDir),
    scanHostMemoryDir: read(variables.scanHostMemoryDir),
    scanHostFolders: read(variables.scanHostFolders),
    scanDns: read(variables.scanDns),
    nativeTools: read(variables.nativeTools),
    programPath: env.PATH || null,
    scanTimeoutSeconds: read(variables.scanTimeoutSeconds),
    scanMemoryMb: read(variables.scanMemoryMb),
    scanOutputMb: read(variables.scanOutputMb),
    toolSettings: Object.fromEntries(
      toolVariables.map((variable) => [variable.name, read(variableOf(variable))]),
    ),
    outboundAllow: read(variables.outboundAllow),
    smtpUrl: read(variables.smtpUrl),
    smtpFrom: read(variables.smtpFrom),
    retentionDays: read(variables.retentionDays),
    awsAccessKeyId: read(variables.awsAccessKeyId),
    awsSecretAccessKey: read(variables.awsSecretAccessKey),
    awsEndpoint: read(variables.awsEndpoint),
    databases,
  };
  problems.push(
    ...namesTakenTwice(databases),
    ...halfAPair(config, 'awsAccessKeyId', 'awsSecretAccessKey', 'a key id and its secret'),
    ...halfAPair(config, 's3AccessKeyId', 's3SecretAccessKey', 'a key id and its secret'),
    ...halfAPair(config, 'adminEmail', 'adminPassword', 'an e-mail address and a password'),
    ...halfAPair(config, 'smtpUrl', 'smtpFrom', 'a mail server and a sender'),
    ...nowhereForBlobs(config),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Compared case-insensitively, like MongoDB and some file systems do. */
function namesTakenTwice(databases: Config['databases']): ConfigError['problems'] {
  const owners = new Map<string, DatabaseKey>();
  const problems: ConfigError['problems'] = [];
  for (const key of DATABASE_KEYS) {
    const name = databases[key].name?.toLowerCase();
    if (name === undefined) continue; // invalid, reported already
    const owner = owners.get(name);
    owners.set(name, owner ?? key);
    if (owner === undefined) continue;
    const { variable, defaultName } = DATABASES[key];
    const problem = `“${databases[key].name}” is taken by the ${owner} database; names must differ`;
    problems.push({ name: variable, problem, example: defaultName });
  }
  return problems;
}

type Paired =
  | 'adminEmail'
  | 'adminPassword'
  | 'awsAccessKeyId'
  | 'awsSecretAccessKey'
  | 's3AccessKeyId'
  | 's3SecretAccessKey'
  | 'smtpUrl'
  | 'smtpFrom';

function halfAPair(
  config: Config,
  one: Paired,
  other: Paired,
  what: string,
): ConfigError['problems'] {
  if ((config[one] === null) === (config[other] === null)) return [];
  const { name, example } = variables[config[one] ? other : one];
  return [{ name, problem: `is required too: ${what} go together`, example }];
}

function nowhereForBlobs({
  blobs,
  s3Bucket,
  mongoUri,
  databases,
}: Config): ConfigError['problems'] {
  const { name } = variables.blobs;
  if (blobs === 'database' && mongoUri === null && databases.platform.uri === null) {
    return [
      {
        name,
        problem: 'database needs MONGODB_URI: embedded databases keep no files',
        example: 'folder',
      },
    ];
  }
  if (blobs !== 's3' || s3Bucket !== null) return [];
  const { s3Bucket: bucket } = variables;
  return [{ name: bucket.name, problem: 'is required with BLOBS=s3', example: bucket.example }];
}

/** Every variable with its effective value, secrets masked, for `cspm config`. */
export function describeConfig(
  config: Config,
  toolVariables: readonly ToolVariable[] = [],
): { name: string; value: string; help: string }[] {
  const rows = Object.entries(variables).map(([key, { name, help }]) => ({
    name,
    help,
    value: show(config[key as keyof typeof variables]),
  }));
  for (const { name, help } of toolVariables) {
    rows.push({ name, help, value: show(config.toolSettings[name] ?? null) });
  }
  for (const key of DATABASE_KEYS) {
    const spec = databaseVariables(key);
    rows.push({
      name: spec.name.name,
      help: spec.name.help,
      value: show(config.databases[key].name),
    });
    rows.push({ name: spec.uri.name, help: spec.uri.help, value: show(config.databases[key].uri) });
  }
  return rows;
}

function show(value: unknown): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object' || value instanceof Secret) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}=${part}`)
    .join(',');
}
