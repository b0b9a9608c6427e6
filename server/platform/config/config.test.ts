import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  describeServerConfig as describeConfig,
  readServerConfig as readConfig,
} from '../../server-config.js';
import { DATABASE_KEYS, DATABASES } from '../database/names.js';
import { ConfigError } from './config.js';
import { Secret } from './secret.js';

const URI = 'mongodb://root:hunter2@db.example.org:27017';

function problemsOf(env: Record<string, string>): ConfigError['problems'] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('expected the configuration to be rejected');
}

describe('readConfig', () => {
  test('has a default for every variable', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataDir: resolve('data'),
      logLevel: 'info',
      modules: null,
      maxUploadBytes: 2 * 1024 ** 3,
      mongoUri: null,
    });
  });

  test('treats an empty or blank variable as unset', () => {
    const names = describeConfig(readConfig({})).map(({ name }) => name);
    const empty = Object.fromEntries(names.map((name, i) => [name, i % 2 ? '' : '  ']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  test('reads every variable', () => {
    const config = readConfig({
      HOST: '::1',
      PORT: '0',
      DATA_DIR: '/var/lib/cspm',
      LOG_LEVEL: 'debug',
      CSPM_MODULES: ' compliance, security-scans ,',
      MAX_UPLOAD_BYTES: '1048576',
      MONGODB_URI: URI,
    });
    expect(config).toMatchObject({
      host: '::1',
      port: 0,
      dataDir: '/var/lib/cspm',
      logLevel: 'debug',
      modules: ['compliance', 'security-scans'],
      maxUploadBytes: 1_048_576,
    });
    expect(config.mongoUri?.reveal()).toBe(URI);
  });

  test('reads retention days for the named kinds and shows all kinds', () => {
    const config = readConfig({ RETENTION_DAYS: ' scans=90, raw_reports = 30 ,' });
    expect(config.retentionDays).toMatchObject({ scans: 90, raw_reports: 30, imports: 400 });
    const shown = describeConfig(config).find(({ name }) => name === 'RETENTION_DAYS')?.value;
    expect(shown).toMatch(/^scans=90,imports=400,import_changes=30,raw_reports=30,/);
    expect(readConfig({ RETENTION_DAYS: shown }).retentionDays).toEqual(config.retentionDays);
  });

  test.each(['scans', 'scans=', 'scans=0', 'scans=-1', 'scans=40000', 'audit=10', 'toString=5'])(
    'rejects RETENTION_DAYS=%s and lists the known kinds',
    (value) => {
      const [problem] = problemsOf({ RETENTION_DAYS: value });
      expect(problem).toMatchObject({ name: 'RETENTION_DAYS' });
      expect(problem?.problem).toMatch(/raw_reports/);
    },
  );

  test.each(DATABASE_KEYS)('renames the %s database and moves it to a separate server', (key) => {
    const { variable, defaultName } = DATABASES[key];
    expect(readConfig({}).databases[key]).toEqual({ name: defaultName, uri: null });
    const { name, uri } = readConfig({ [variable]: 'mine', [`${variable}_URI`]: URI }).databases[
      key
    ];
    expect([name, uri?.reveal()]).toEqual(['mine', URI]);
  });

  test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '0.0.0.0', '::'])(
    'listens on %s',
    (HOST) => {
      expect(readConfig({ HOST }).host).toBe(HOST);
    },
  );

  test.each([
    ['HOST', '127.0.0.999', /address of this machine/],
    ['HOST', 'localhost.example.org', /address of this machine/],
    ['PUBLIC_URL', 'cspm.example.org', /http or https/],
    ['TRUSTED_PROXIES', 'proxy', /addresses or ranges/],
    ['METRICS_TOKEN', 'short', /16 characters/],
    ['SESSION_IDLE_MINUTES', '0', /from 1/],
    ['SESSION_HOURS', 'week', /whole number/],
    ['PORT', '65536', /from 0 to 65535/],
    ['PORT', '80.5', /whole number/],
    ['PORT', 'http', /whole number/],
    ['PORT', '-1', /from 0/],
    ['LOG_LEVEL', 'loud', /trace, debug/],
    ['MAX_UPLOAD_BYTES', '2GB', /whole number/],
    ['MAX_UPLOAD_BYTES', '0', /from 1/],
    ['MONGODB_URI', 'db.example.org', /mongodb:\/\//],
    ['MONGODB_URI', 'http://db', /mongodb:\/\//],
    ['REDIS_URL', 'localhost:6379', /redis:\/\//],
    ['REDIS_URL', 'http://redis', /redis:\/\//],
    ['CSPM_MASTER_KEY', 'short', /32 random bytes/],
    ['SCAN_FOLDERS', '/srv/sources,relative', /absolute/],
    ['SCAN_HOST_OUTPUT_DIR', 'runs', /absolute/],
    ['SCAN_HOST_MEMORY_DIR', 'shm', /absolute/],
    ['SCAN_HOST_FOLDERS', '/sources', /HERE=HOST/],
    ['SCAN_DNS', 'dns.example.org', /address/],
    ['NATIVE_TOOLS', 'maybe', /degrade, require/],
    ['SCAN_TIMEOUT_SECONDS', '0', /from 1/],
    ['SCAN_MEMORY_MB', '2g', /whole number/],
    ['SCAN_OUTPUT_MB', '-1', /from 1/],
    ['NMAP_IMAGE', 'registry.example.org/nmap', /tag or digest/],
    ['PROWLER_IMAGE', '-v', /tag or digest/],
    ['TRIVY_DATABASES', './trivy', /absolute/],
    ['SCANNER_AWS_ENDPOINT_URL', 'moto', /http or https/],
    ['BLOBS', 'disk', /folder, database, s3/],
    ['BLOBS', 'database', /needs MONGODB_URI/],
    ['S3_BUCKET', 'A b', /bucket/],
    ['S3_PREFIX', '../x y', /path/],
    ['S3_REGION', 'eu central', /region/],
    ['S3_ENDPOINT_URL', 'minio:9000', /http or https/],
    ['DB_NAME', 'a.b', /letters, digits/],
    ['DB_NAME', '../x', /letters, digits/],
    ['DB_NAME', 'x'.repeat(39), /1 to 38/],
    ['DB_NAME_URI', 'localhost:27017', /mongodb:\/\//],
  ])('rejects %s=%s', (name, value, problem) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toEqual([
      { name, problem: expect.stringMatching(problem), example: expect.any(String) },
    ]);
    // The example itself is a valid value.
    expect(() => readConfig({ [name]: problems[0]?.example })).not.toThrow();
  });

  test.each([
    ['SCANNER_AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE', 'SCANNER_AWS_SECRET_ACCESS_KEY'],
    ['SCANNER_AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG', 'SCANNER_AWS_ACCESS_KEY_ID'],
    ['S3_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE', 'S3_SECRET_ACCESS_KEY'],
    ['DEFAULT_ADMIN_EMAIL', 'ann@example.org', 'DEFAULT_ADMIN_PASSWORD'],
    ['DEFAULT_ADMIN_PASSWORD', 'four green bicycles', 'DEFAULT_ADMIN_EMAIL'],
  ])('requires the other half of an identity when only %s is set', (name, value, other) => {
    expect(problemsOf({ [name]: value })).toMatchObject([
      { name: other, problem: expect.stringContaining('go together') },
    ]);
  });

  test('keeps files in MongoDB when it is there, unless another place is chosen', () => {
    const placeOf = (env: Record<string, string>) => readConfig(env).blobs;
    expect(placeOf({})).toBe('folder');
    expect(placeOf({ MONGODB_URI: URI })).toBe('database');
    expect(placeOf({ MONGODB_URI: URI, BLOBS: 'folder' })).toBe('folder');
    expect(placeOf({ DB_NAME_URI: URI, BLOBS: 'database' })).toBe('database');
    expect(placeOf({ BLOBS: 's3', S3_BUCKET: 'files' })).toBe('s3');
    expect(readConfig({ S3_PREFIX: 'a/b' }).s3Prefix).toBe('a/b/');
    expect(problemsOf({ BLOBS: 's3' })).toMatchObject([
      { name: 'S3_BUCKET', problem: 'is required with BLOBS=s3' },
    ]);
  });

  test('reports all bad variables at once, each with its problem and an example', () => {
    const env = { PORT: 'x', LOG_LEVEL: 'y', DB_NAME: 'a b', RISK_MANAGEMENT_DB_NAME_URI: 'z' };
    expect(
      problemsOf(env)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(env).sort());
    expect(() => readConfig(env)).toThrow(
      /PORT: must be a whole number from 0 to 65535 \(example: PORT=8080\)/,
    );
  });

  test('never repeats a bad value, which may be a secret', () => {
    expect(() => readConfig({ MONGODB_URI: 'root:hunter2@db' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  test.each([
    ['the same', 'cspm_assessments'],
    ['the case-insensitively same', 'CSPM_Assessments'],
  ])('rejects two databases with %s name', (_, name) => {
    const problems = problemsOf({ DB_NAME: name, PORT: 'x' });
    expect(problems.map((each) => each.name)).toEqual(['PORT', 'ASSESSMENT_DB_NAME']);
    expect(problems[1]?.problem).toContain('taken by the platform database');
  });
});

describe('describeConfig', () => {
  test('lists every variable with its effective value and description', () => {
    const rows = describeConfig(readConfig({ PORT: '9000', CSPM_MODULES: 'compliance' }));
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rows.filter(({ name }) => /DB_NAME(_URI)?$/.test(name))).toHaveLength(2 * 9);
    expect(rows.every(({ help }) => help.length > 5)).toBe(true);
    const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({
      PORT: '9000',
      CSPM_MODULES: 'compliance',
      MONGODB_URI: '',
      DB_NAME: 'cspm_platform',
      DB_NAME_URI: '',
    });
  });

  test('masks secrets', () => {
    const redis = 'rediss://:hunter2@redis.example.org:6379';
    const config = readConfig({ MONGODB_URI: URI, DB_NAME_URI: URI, REDIS_URL: redis });
    const shown = JSON.stringify(describeConfig(config));
    expect(shown).toContain('••••');
    expect(shown).not.toContain('hunter2');
  });
});

test('a Secret prints as dots everywhere and is only revealed explicitly', () => {
  const secret = new Secret('hunter2');
  const shown = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)];
  for (const text of shown) expect(text).not.toContain('hunter2');
  expect(secret.reveal()).toBe('hunter2');
});
