import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DATABASE_KEYS, DATABASES, type DatabaseKey } from '../database/names.js';
import { Secret } from './secret.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export interface Config {
  host: string;
  port: number;
  /** Absolute path. */
  dataDir: string;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Modules to load; null: all. */
  modules: string[] | null;
  maxUploadBytes: number;
  /** Where all databases are that have no URI of their own; null: embedded, in `dataDir`. */
  mongoUri: Secret | null;
  /** Where the job queue is; null: in the orchestration database. */
  redisUrl: Secret | null;
  databases: Record<DatabaseKey, { name: string; uri: Secret | null }>;
}

const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number(problem).int(problem).min(from, problem).max(to, problem);
};

/** A variable that cannot be used: says which, why, and what a good value looks like. */
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

interface Variable<T> {
  name: string;
  help: string;
  example: string;
  schema: z.ZodType<T>;
}

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

const loopback = z
  .string()
  .refine(
    (host) => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.')),
    'must be a loopback address: there is no sign-in yet, so the server is not offered to the network',
  );

const variables = {
  host: {
    name: 'HOST',
    help: 'address to listen on',
    example: '127.0.0.1',
    schema: loopback.default('127.0.0.1'),
  },
  port: {
    name: 'PORT',
    help: 'port to listen on; 0 takes a free one',
    example: '8080',
    schema: wholeNumber(0, 65_535).default(8080),
  },
  dataDir: {
    name: 'DATA_DIR',
    help: 'folder for embedded databases and raw reports',
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
    example: 'security-scans,compliance',
    schema: z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean),
      )
      .nullable()
      .default(null),
  },
  maxUploadBytes: {
    name: 'MAX_UPLOAD_BYTES',
    help: 'largest report that is accepted over HTTP',
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
} satisfies Record<string, Variable<unknown>>;

// The strictest of both worlds: MongoDB's limits for a database name, and a safe file name.
const databaseName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,38}$/, 'must be 1 to 38 letters, digits, _ or -');

function databaseVariables(key: DatabaseKey) {
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

/** Reads the environment once. An empty variable counts as not set. Throws ConfigError naming every bad one. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: ConfigError['problems'] = [];
  const read = <T>({ name, example, schema }: Variable<T>): T => {
    const result = schema.safeParse(env[name]?.trim() || undefined);
    if (result.success) return result.data;
    problems.push({
      name,
      example,
      problem: result.error.issues.map((issue) => issue.message).join('; '),
    });
    return undefined as T; // never seen: the function throws below
  };
  const databases = Object.fromEntries(
    DATABASE_KEYS.map((key) => {
      const spec = databaseVariables(key);
      return [key, { name: read(spec.name), uri: read(spec.uri) }];
    }),
  ) as Config['databases'];
  const config: Config = {
    host: read(variables.host),
    port: read(variables.port),
    dataDir: resolve(read(variables.dataDir) ?? '.'),
    logLevel: read(variables.logLevel),
    modules: read(variables.modules),
    maxUploadBytes: read(variables.maxUploadBytes),
    mongoUri: read(variables.mongoUri),
    redisUrl: read(variables.redisUrl),
    databases,
  };
  problems.push(...namesTakenTwice(databases));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Compared without regard to case, as MongoDB and some file systems do. */
function namesTakenTwice(databases: Config['databases']): ConfigError['problems'] {
  const owners = new Map<string, DatabaseKey>();
  const problems: ConfigError['problems'] = [];
  for (const key of DATABASE_KEYS) {
    const name = databases[key].name?.toLowerCase();
    if (name === undefined) continue; // cannot be read, and has been told
    const owner = owners.get(name);
    owners.set(name, owner ?? key);
    if (owner === undefined) continue;
    const { variable, defaultName } = DATABASES[key];
    const problem = `“${databases[key].name}” is taken by the ${owner} database; each needs its own`;
    problems.push({ name: variable, problem, example: defaultName });
  }
  return problems;
}

/** Every variable with its value in force, secrets as dots, for `cspm config`. */
export function describeConfig(config: Config): { name: string; value: string; help: string }[] {
  const rows = Object.entries(variables).map(([key, { name, help }]) => ({
    name,
    help,
    value: show(config[key as keyof typeof variables]),
  }));
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
  return Array.isArray(value) ? value.join(',') : String(value);
}
