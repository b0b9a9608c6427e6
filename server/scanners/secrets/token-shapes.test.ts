import { describe, expect, it } from 'vitest';
import { maskSecrets } from './mask-secrets.js';
import { TOKEN_SHAPES, type TokenChars } from './token-shapes.js';

const SAMPLE: Readonly<Record<TokenChars, string>> = {
  word: 'aB3dE5gH7jK9mN',
  token: 'aB3-dE5_gH7jK9',
  bearer: 'aB3dE5.gH7-jK9',
  upper: 'AB3DE5GH7JK9MN',
  base64: 'aB3dE5gH7jK9mN',
};
const bodyOf = (chars: TokenChars, length: number) =>
  SAMPLE[chars].repeat(Math.ceil(length / SAMPLE[chars].length)).slice(0, length);

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow7Qx9\nabc+/=\n-----END RSA PRIVATE KEY-----';
const tokens: [family: string, token: string, secret: string][] = [
  ...TOKEN_SHAPES.map(({ family, prefix, chars, min }): [string, string, string] => {
    const body = bodyOf(chars, min);
    const before = prefix.endsWith('~') ? 'aB3' : '';
    return [`${family} ${prefix}`, `${before}${prefix}${body}`, body.slice(4)];
  }),
  ['AWS access key id', 'AKIAZ7HRBRQ4TESTONLY', 'Z7HRBRQ4TESTONLY'],
  ...['IQoJb3JpZ2luX2VjE', 'FwoGZXIvYXdzE', 'FQoGZXIvYXdzE', 'AQoDYXdzE'].map(
    (start): [string, string, string] => {
      const body = bodyOf('base64', 200);
      return [`AWS session token ${start}`, `${start}${body}==`, body.slice(4)];
    },
  ),
  ['Google API key', `AIza${'a1B2'.repeat(9)}`, 'a1B2a1B2a1B2'],
  ['JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVm', 'dozjgNryP4J3jVm'],
  ['age', `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0'.repeat(4).slice(0, 58)}`, 'QPZRY9X8GF2TVDW0'],
  ['Telegram', `123456789:AAH${bodyOf('token', 32)}`, bodyOf('token', 32)],
  ['a private key', PEM, 'MIIEow7Qx9'],
];

describe('a token of its own', () => {
  it.each(tokens)('%s is masked wherever it stands', (_, token, secret) => {
    for (const text of [
      token,
      `found ${token} there`,
      JSON.stringify({ note: token, [token]: 1, list: [token] }),
      JSON.stringify(JSON.stringify({ note: token })),
      `secret: ${token}`,
      `password: "${token}"`,
      `label=${token};next`,
      `<elem key="${token}">${token}</elem>`,
      `/etc/keys/${token}/file`,
      `backup-${token}.tar`,
      `https://a.example/${token}?x=1`,
      `a,${token},b`,
    ]) {
      const masked = maskSecrets(text);
      expect([text, masked.includes(secret)]).toEqual([text, false]);
      expect(maskSecrets(masked)).toBe(masked);
    }
  });
});

describe('a name of a secret before a secret', () => {
  it.each([
    [`password: ${PEM}`, 'MIIEow7Qx9'],
    [`private_key=${PEM}`, 'MIIEow7Qx9'],
    [`{"token":"secret: ${PEM.replaceAll('\n', '\\n')}"}`, 'MIIEow7Qx9'],
    ['secret: secret_key="hunter2hunter2"', 'hunter2'],
    ["token: auth_token='hunter2hunter2'", 'hunter2'],
    ['{"env":"secret: secret_key=\\"hunter2hunter2\\""}', 'hunter2'],
    ['secret: secret_key = "hunter2hunter2"', 'hunter2'],
    ['a;"secret: secret_key=""hunter2hunter2""";b', 'hunter2'],
    ['<a b="secret_key=&quot;hunter2hunter2&quot;"/>', 'hunter2'],
    ['<a b="secret: secret_key=&#34;hunter2hunter2&#34;"/>', 'hunter2'],
    ['<a b="{&#34;db_password&#34;: &#34;hunter2hunter2&#34;}"/>', 'hunter2'],
    [`<a b="password: ${PEM.replaceAll('\n', '&#10;')}"/>`, 'MIIEow7Qx9'],
    ['DB_PASS=hunter2hunter2', 'hunter2'],
    ['export SMTP_PASS="hunter2hunter2"', 'hunter2'],
    ['{"dbPass": "hunter2hunter2"}', 'hunter2'],
    ['session-cookie: hunter2hunter2', 'hunter2'],
  ])('%s is masked', (text, secret) => {
    const masked = maskSecrets(text);
    expect(masked).not.toContain(secret);
    expect(maskSecrets(masked)).toBe(masked);
  });

  it.each([
    '{"password": "", "token":""}, secret="";x, key=&quot;a&quot;',
    'STATUS=PASS and 3 results pass: all of them',
    'class: shared, address: 10.0.0.1, compass=north, bypass: true',
    'glpat-short, hvs.short, pypi-server, dckr_pat_x, age-secret-key',
    'sk-something-in-words-without-a-number, pul-request-of-the-day',
    'at 12:34:56 from 10.0.0.1:8080, ratio 12345678:AA',
    'kube-system/coredns-5dd5756b68-abcde, gcr.io/pause:3.9, v1.2.3',
    'https://packages.example.org/npm_package, hf_model, org.apache.tomcat',
  ])('but not: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});
