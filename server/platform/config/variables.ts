import { isIP } from 'node:net';
import { z } from 'zod';
import { DATABASES, type DatabaseKey } from '../database/names.js';
import {
  DEFAULT_RETENTION_DAYS,
  RETENTION_KINDS,
  type RetentionDays,
} from '../retention/retention-days.js';
import { parseMasterKeys } from '../vault/master-key.js';
import { blobVariables } from './blob-variables.js';
import { identityVariables } from './identity-variables.js';
import { outboundVariables } from './outbound-variables.js';
import { Secret } from './secret.js';
import { folder } from './tool-variables.js';
import type { Variable } from './variable.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
/** `degrade`: work that needs a missing tool fails with the reason; `require`: the start fails without every tool. */
export const NATIVE_TOOLS = ['degrade', 'require'] as const;

const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number(problem).int(problem).min(from, problem).max(to, problem);
};

const mongoUri = z
  .string()
  .regex(
    /^mongodb(\+srv)?:\/\/[^\s/]+/,
    'must begin with mongodb:// or mongodb+srv:// and name a host',
  )
  .transform((value) => new Secret(value));

const redisUrl = z
  .string()
  .regex(/^rediss?:\/\/[^\s/]+/, 'must begin with redis:// or rediss:// and name a host')
  .transform((value) => new Secret(value));

const secret = (schema: z.ZodString) => schema.transform((value) => new Secret(value));

const masterKey = secret(
  z
    .string()
    .refine(
      parseMasterKeys,
      'must be 32 random bytes in base64 or hex; several, comma-separated, the first encrypts',
    ),
);

const listOf = (list: string) =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const MAX_DAYS = 36_500;

/** `kind=days,…`; omitted kinds keep their default. */
const retentionDays = z.string().transform((list, context): RetentionDays => {
  const days: Record<string, number> = { ...DEFAULT_RETENTION_DAYS };
  for (const part of listOf(list)) {
    const [, kind = '', count = ''] = /^(\w+)\s*=\s*(\d{1,5})$/.exec(part) ?? [];
    if (!Object.hasOwn(days, kind) || Number(count) < 1 || Number(count) > MAX_DAYS) {
      const message = `“${part}” is not a kind with a number of days from 1 to ${MAX_DAYS}; kinds are ${RETENTION_KINDS.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    days[kind] = Number(count);
  }
  return days as RetentionDays;
});

const host = z
  .string()
  .refine(
    (text) => text === 'localhost' || isIP(text) > 0,
    'must be an address of this machine, 0.0.0.0 or :: for all, or localhost',
  );

export const variables = {
  host: {
    name: 'HOST',
    help: 'address to listen on; beyond loopback only once there is an administrator (DEFAULT_ADMIN_EMAIL, the setup page or cspm user create)',
    example: '127.0.0.1',
    schema: host.default('127.0.0.1'),
  },
  port: {
    name: 'PORT',
    help: 'port to listen on; 0 takes a free one',
    example: '8080',
    schema: wholeNumber(0, 65_535).default(8080),
  },
  ...identityVariables,
  workerPort: {
    name: 'WORKER_PORT',
    help: 'port at which “cspm worker” serves its health and metrics; 0 takes a free one, off none',
    example: '8081',
    schema: z
      .union(
        [z.literal('off'), wholeNumber(0, 65_535)],
        'must be a whole number from 0 to 65535, or off',
      )
      .default(8081),
  },
  dataDir: {
    name: 'DATA_DIR',
    help: 'folder for embedded databases, files and temporary files',
    example: './data',
    schema: z.string().default('./data'),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    help: LOG_LEVELS.join(', '),
    example: 'info',
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  },
  modules: {
    name: 'CSPM_MODULES',
    help: 'load only these modules, comma-separated',
    example: 'security-scans,catalogue,mapping,compliance',
    schema: z.string().transform(listOf).nullable().default(null),
  },
  maxUploadBytes: {
    name: 'MAX_UPLOAD_BYTES',
    help: 'largest report accepted over HTTP',
    example: '2147483648',
    schema: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(2 * 1024 ** 3),
  },
  mongoUri: {
    name: 'MONGODB_URI',
    help: 'MongoDB for all databases; without it they are embedded',
    example: 'mongodb://db.example.org:27017',
    schema: mongoUri.nullable().default(null),
  },
  redisUrl: {
    name: 'REDIS_URL',
    help: 'Redis for the job queue; without it the queue is in the orchestration database',
    example: 'redis://redis.example.org:6379',
    schema: redisUrl.nullable().default(null),
  },
  redisPrefix: {
    name: 'REDIS_PREFIX',
    help: 'start of every key in Redis, for several installations on one server',
    example: 'cspm-staging',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, _ or -')
      .default('cspm'),
  },
  masterKey: {
    name: 'CSPM_MASTER_KEY',
    help: 'key that encrypts cloud credentials; without it a key file in DATA_DIR',
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    schema: masterKey.nullable().default(null),
  },
  scanFolders: {
    name: 'SCAN_FOLDERS',
    help: 'folders of this machine that may be scanned, comma-separated',
    example: '/srv/sources,/srv/infrastructure',
    schema: z.string().transform(listOf).pipe(z.array(folder)).default([]),
  },
  scanHostOutputDir: {
    name: 'SCAN_HOST_OUTPUT_DIR',
    help: 'path of DATA_DIR/docker-runs on the container host, when this program runs in a container',
    example: '/srv/cspm/docker-runs',
    schema: folder.nullable().default(null),
  },
  scanHostMemoryDir: {
    name: 'SCAN_HOST_MEMORY_DIR',
    help: 'path of this /dev/shm on the container host, when this program runs in a container; keeps secrets of scans in memory',
    example: '/srv/cspm/memory',
    schema: folder.nullable().default(null),
  },
  scanHostFolders: {
    name: 'SCAN_HOST_FOLDERS',
    help: 'folders here with their path on the container host, when this program runs in a container, comma-separated',
    example: '/sources=/srv/sources',
    schema: z
      .string()
      .transform(listOf)
      .pipe(z.array(z.string().regex(/^\/[^=]*=\/[^=]*$/, 'must be HERE=HOST, both absolute')))
      .default([]),
  },
  scanDns: {
    name: 'SCAN_DNS',
    help: 'addresses of name servers for scans in containers, comma-separated; default: those of the machine',
    example: '9.9.9.9',
    schema: z
      .string()
      .transform(listOf)
      .pipe(z.array(z.string().refine(isIP, 'must be an address')))
      .default([]),
  },
  nativeTools: {
    name: 'NATIVE_TOOLS',
    help: 'degrade: start without missing scanners; require: refuse to start',
    example: 'degrade',
    schema: z.enum(NATIVE_TOOLS, `must be one of ${NATIVE_TOOLS.join(', ')}`).default('degrade'),
  },
  scanTimeoutSeconds: {
    name: 'SCAN_TIMEOUT_SECONDS',
    help: 'time limit of one scanner run; lowers the scanner’s own limit',
    example: '3600',
    schema: wholeNumber(1, 7 * 86_400)
      .nullable()
      .default(null),
  },
  scanMemoryMb: {
    name: 'SCAN_MEMORY_MB',
    help: 'memory limit of one scanner run; lowers the scanner’s own limit',
    example: '2048',
    schema: wholeNumber(16, 1_048_576).nullable().default(null),
  },
  scanOutputMb: {
    name: 'SCAN_OUTPUT_MB',
    help: 'output limit of one scanner run; lowers the scanner’s own limit',
    example: '1024',
    schema: wholeNumber(1, 1_048_576).nullable().default(null),
  },
  ...blobVariables,
  ...outboundVariables,
  retentionDays: {
    name: 'RETENTION_DAYS',
    help: `days to keep each kind of data: ${RETENTION_KINDS.join(', ')}`,
    example: 'scans=400,raw_reports=90',
    schema: retentionDays.default(DEFAULT_RETENTION_DAYS),
  },
  awsAccessKeyId: {
    name: 'SCANNER_AWS_ACCESS_KEY_ID',
    help: 'identity that assumes the roles of AWS accounts; needs its secret key too',
    example: 'AKIAIOSFODNN7EXAMPLE',
    schema: z
      .string()
      .regex(/^[A-Z0-9]{16,128}$/, 'must be 16 to 128 capital letters and digits')
      .nullable()
      .default(null),
  },
  awsSecretAccessKey: {
    name: 'SCANNER_AWS_SECRET_ACCESS_KEY',
    help: 'the secret key of SCANNER_AWS_ACCESS_KEY_ID',
    example: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    schema: secret(z.string().min(16, 'must be a secret access key')).nullable().default(null),
  },
  awsEndpoint: {
    name: 'SCANNER_AWS_ENDPOINT_URL',
    help: 'emulator to use instead of AWS, for trials',
    example: 'http://127.0.0.1:5000',
    schema: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .nullable()
      .default(null),
  },
} satisfies Record<string, Variable<unknown>>;

// The stricter of MongoDB's limits for a database name and a safe file name.
const databaseName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,38}$/, 'must be 1 to 38 letters, digits, _ or -');

export function databaseVariables(key: DatabaseKey) {
  const { variable, defaultName } = DATABASES[key];
  return {
    name: {
      name: variable,
      help: `name of the ${key} database`,
      example: defaultName,
      schema: databaseName.default(defaultName),
    },
    uri: {
      name: `${variable}_URI`,
      help: `MongoDB for the ${key} database alone`,
      example: 'mongodb://db.example.org:27017',
      schema: mongoUri.nullable().default(null),
    },
  };
}
