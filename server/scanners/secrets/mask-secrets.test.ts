import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, inChunks } from '../testing/read-rows.js';
import { maskSecrets } from './mask-secrets.js';
import { maskedStream } from './masked-stream.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P';
const PEM =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nabc+/=\n-----END RSA PRIVATE KEY-----';

async function maskedBytes(bytes: Buffer, size = 65_536): Promise<string> {
  const out: Uint8Array[] = [];
  for await (const chunk of maskedStream(inChunks(bytes, size))) out.push(chunk);
  return Buffer.concat(out).toString('utf8');
}

describe('maskSecrets', () => {
  it.each([
    ['key AKIAIOSFODNN7EXAMPLE used', 'key AKIA…masked used'],
    ['AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'AKIA…masked:wJal…masked'],
    [`token is ${JWT}.`, 'token is eyJh…masked.'],
    [`Authorization: Bearer ${JWT}`, 'Authorization: Bearer eyJh…masked'],
    [
      'curl -H "Authorization: Basic dXNlcjpwYXNzd29yZDE="',
      'curl -H "Authorization: Basic dXNl…masked"',
    ],
    [PEM, '-----BEGIN RSA PRIVATE KEY-----…masked-----END RSA PRIVATE KEY-----'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'ghp_…masked'],
    ['xoxb-123456789012-abcdefghijkl', 'xoxb…masked'],
    ['sk_live_abcdefghijklmnop', 'sk_l…masked'],
    [`AIza${'a1B2'.repeat(9)}`, 'AIza…masked'],
    ['postgres://app:hunter2@db:5432/x', 'postgres://app:…masked@db:5432/x'],
    [
      'https://hooks.slack.com/services/T000/B000/XXXXXXXX',
      'https://hooks.slack.com/services/T000…masked',
    ],
    [
      'Server=db;User=sa;Password=hunter2;Timeout=3',
      'Server=db;User=sa;Password=…masked;Timeout=3',
    ],
    ['AccountKey=abcdefghijklmnopqrstuvwxyz==;', 'AccountKey=abcd…masked;'],
    ['{"DB_PASSWORD": "correct horse battery"}', '{"DB_PASSWORD": "corr…masked"}'],
    ['{"apiKey":"a\\"bcdefghijklmn"}', '{"apiKey":"a…masked"}'],
    [
      '"{\\"client_secret\\": \\"s3cr3t\\", \\"b\\": 1}"',
      '"{\\"client_secret\\": \\"…masked\\", \\"b\\": 1}"',
    ],
    [
      '{"name": "DB_PASSWORD",\n   "value": "hunter2"}',
      '{"name": "DB_PASSWORD",\n   "value": "…masked"}',
    ],
    [
      "{'name': 'API_TOKEN', 'value': 'hunter2hunter2'}",
      "{'name': 'API_TOKEN', 'value': 'hunt…masked'}",
    ],
    ['password: hunter2', 'password: …masked'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
    expect(maskSecrets(masked)).toBe(masked);
  });

  it.each([
    'The password policy requires 14 characters.',
    'Rotate the password: use a new one every 90 days.',
    'IAM password policy expires passwords: required.',
    '"password_policy": {"minimum": 14}, "http_tokens": "required", "password": true, "token": null',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf',
    'arn:aws:iam::123456789012:user/AKIA',
    '{"MasterUserSecret": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf"}',
    'prowler-aws-iam_user_hardware_mfa_enabled-123456789012-us-east-1-5f0d6a2e-0001-4c8e-9f00-aaaabbbbcccc',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'Basic authentication is disabled and Bearer tokens are accepted',
    `"secret": "<your secret here>", "api_key": "$\{API_KEY}"`,
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/a.html?b=c@d',
  ])('does not mask: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('is idempotent, and takes linear time on hostile texts', () => {
    const word = fc.constantFrom(
      'password',
      'secret=',
      '"token": "',
      'AKIAIOSFODNN7EXAMPLE',
      ': ',
      '"',
      '\\',
      'eyJ',
      '.',
      '…masked',
      '-----BEGIN PRIVATE KEY-----',
      'abc12345678',
      '://a:b@',
      ' ',
      '=',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const once = maskSecrets(words.join(''));
        expect(maskSecrets(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
    for (const piece of [
      'password:',
      '"password":"',
      '://',
      'eyJ',
      '\\',
      '-----BEGIN PRIVATE KEY',
      'a',
      '"value":',
      'AKIA',
      'eyJ-',
      'sk-',
      'password=arn:',
      'token==',
      'token= ',
      'secret=abcd;',
      '{"token":"abc"}',
      '=',
      "'secret':'\\",
    ]) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      // CPU time, as wall-clock time is unreliable on a busy machine.
      const before = process.cpuUsage();
      maskSecrets(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, piece).toBeLessThan(1500);
    }
  });
});

describe('maskedStream', () => {
  it('masks the raw report and keeps its JSON valid and its results', async () => {
    const raw = fixture('aws-plaintext-secrets.ocsf.json');
    const masked = await maskedBytes(raw);
    expect(masked).not.toMatch(/Sup3rS3cret|hR8xQ2vLr0|AKIAZ7HRB|harbor-internal-token|T1de[^…]/);
    const before = JSON.parse(raw.toString()) as { finding_info: unknown }[];
    const after = JSON.parse(masked) as { finding_info: unknown }[];
    expect(after.map((item) => item.finding_info)).toEqual(before.map((item) => item.finding_info));
    expect(await maskedBytes(Buffer.from(masked))).toBe(masked);
  });

  it('masks the same whatever the chunks, also across batches', async () => {
    const { gzipSync } = await import('node:zlib');
    const line = `{"name": "é", "DB_PASSWORD": "hunter2hunter2", "k": "${PEM.replaceAll('\n', '\\n')}"}\n`;
    const bytes = Buffer.from(line.repeat(6000));
    const whole = maskSecrets(bytes.toString());
    expect(whole).not.toContain('hunter2');
    for (const size of [1000, 65_536, bytes.length])
      expect(await maskedBytes(bytes, size)).toBe(whole);
    expect(await maskedBytes(gzipSync(bytes))).toBe(whole);
    const oneLine = Buffer.from(line.replaceAll('\n', ' ').repeat(6000));
    expect(await maskedBytes(oneLine)).toBe(maskSecrets(oneLine.toString()));
  });
});
