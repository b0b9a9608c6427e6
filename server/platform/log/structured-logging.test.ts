import { describe, expect, test } from 'vitest';
import { Secret } from '../config/secret.js';
import { outage } from '../outages/outage.js';
import { scrub, setupStructuredLogging } from './structured-logging.js';

/** A logger whose lines can be read back. */
function recording(logLevel: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const log = setupStructuredLogging({ logLevel }, { write: (line) => void lines.push(line) });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { log, lines, last };
}

describe('setupStructuredLogging', () => {
  test('writes one JSON line with level, time, fields and message', () => {
    const { log, lines, last } = recording();
    log.info({ importId: 'imp_1', rows: 3 }, 'import finished');
    expect(lines).toHaveLength(1);
    expect(last()).toMatchObject({
      level: 'info',
      importId: 'imp_1',
      rows: 3,
      msg: 'import finished',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  test('writes failures of the same outage once a minute, and the others for debugging', () => {
    const away = (reason: string) => new Error('no', { cause: outage('database', reason) });
    const { log, lines } = recording();
    for (let n = 0; n < 5; n += 1) log.error({ err: away('MongoDB is away') }, 'job failed');
    log.warn({ err: away('another one is away') }, 'job failed');
    log.error({ err: new Error('a bug') }, 'job failed');
    log.error({ err: new Error('a bug') }, 'job failed');
    expect(lines).toHaveLength(4);
    const debugging = recording('debug');
    for (let n = 0; n < 3; n += 1) debugging.log.error({ err: away('MongoDB is away') }, 'failed');
    expect(debugging.lines.map((line) => JSON.parse(line).level)).toEqual([
      'error',
      'debug',
      'debug',
    ]);
  });

  test('drops lines below the level', () => {
    const { log, lines } = recording('info');
    log.debug('detail');
    expect(lines).toEqual([]);
  });

  test.each([
    'password',
    'DB_PASSWORD',
    'clientSecret',
    'apiKey',
    'api_key',
    'secretAccessKey',
    'sessionToken',
    'authorization',
    'cookie',
    'credentials',
    'privateKey',
    'MONGODB_URI',
  ])('masks %s at any depth', (name) => {
    const { log, lines } = recording();
    log.info(
      { [name]: 's3cr3t', a: { [name]: 's3cr3t', list: [{ b: { [name]: 's3cr3t' } }] } },
      'x',
    );
    expect(lines[0]).not.toContain('s3cr3t');
    expect(lines[0]).toContain('••••');
  });

  test('keeps fields whose names only look similar', () => {
    const { log, last } = recording();
    log.info({ tokens: 4, passwordPolicy: 'strong', key: 'k' }, 'x');
    expect(last()).toMatchObject({ tokens: 4, passwordPolicy: 'strong', key: 'k' });
  });

  test('logs an error with its causes and code, without credentials and other properties', () => {
    const { log, lines, last } = recording();
    const cause = new Error('connect mongodb://root:hunter2@db.example.org:27017 failed');
    const error = Object.assign(new Error('no answer', { cause }), {
      code: 'ECONNREFUSED',
      config: { headers: { Authorization: 'Bearer abcdefghijkl' } },
    });
    log.error({ err: error }, 'failed');
    expect(last().err).toMatchObject({ type: 'Error', code: 'ECONNREFUSED' });
    expect(lines[0]).toContain('no answer');
    expect(lines[0]).toContain('db.example.org');
    expect(lines[0]).not.toMatch(/hunter2|abcdefghijkl/);
  });

  test('accepts an error as the only argument', () => {
    const { log, lines } = recording();
    log.error(new Error('amqp://u:hunter2@mq is down'));
    expect(lines[0]).toContain('is down');
    expect(lines[0]).not.toContain('hunter2');
  });

  test('handles cycles, dates, Secrets and class instances', () => {
    const { log, last } = recording();
    const loop: Record<string, unknown> = { name: 'loop' };
    loop.self = loop;
    log.info({ loop, at: new Date(0), value: new Secret('s3cr3t'), none: null }, 'x');
    expect(last()).toMatchObject({ at: '1970-01-01T00:00:00.000Z', value: '••••••••', none: null });
  });
});

describe('scrub', () => {
  test.each([
    ['mongodb://u:p@host/db', 'mongodb://••••@host/db'],
    ['mongodb+srv://u:p%40ss@host', 'mongodb+srv://••••@host'],
    ['mongodb://u:p@ss@host', 'mongodb://••••@host'],
    ['mongodb://u:pa/ss@host/db', 'mongodb://••••@host/db'],
    ['https://token@git.example.org/x', 'https://••••@git.example.org/x'],
    ['at https://example.org:8443/a@b', 'at https://example.org:8443/a@b'],
    ['at https://example.org/@scope/pkg', 'at https://example.org/@scope/pkg'],
    ['Authorization: Bearer abc.def-ghi_123', 'Authorization: Bearer ••••'],
    ['basic dXNlcjpwYXNz', 'basic ••••'],
    ['nothing to hide', 'nothing to hide'],
  ])('%s', (text, clean) => {
    expect(scrub(text)).toBe(clean);
  });

  test('is fast on long text', () => {
    const text = 'mongodb://'.repeat(20_000) + 'a:'.repeat(50_000);
    // CPU time, because a busy machine stretches wall time.
    const before = process.cpuUsage();
    scrub(text);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
