import { describe, expect, it } from 'vitest';
import { maskSecrets } from './mask-secrets.js';
import { TOKEN_SHAPES, type TokenChars } from './token-shapes.js';

const SAMPLE: Readonly<Record<TokenChars, string>> = {
  word: 'aB3dE5gH7jK9mN',
  token: 'aB3-dE5_gH7jK9',
  bearer: 'aB3dE5.gH7-jK9',
  upper: 'AB3DE5GH7JK9MN',
  hex: 'aB3dE5f07a8b9c',
  alnum: 'aB3dE5gH7jK9mN',
  base64: 'aB3dE5gH7jK9mN',
  'any base64': 'aB3dE5gH7jK9mN',
};
const bodyOf = (chars: TokenChars, length: number) =>
  SAMPLE[chars].repeat(Math.ceil(length / SAMPLE[chars].length)).slice(0, length);

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow7Qx9\nabc+/=\n-----END RSA PRIVATE KEY-----';
const tokens: [family: string, token: string, secret: string][] = [
  ...TOKEN_SHAPES.map(({ family, prefix, chars, min, before = 0 }): [string, string, string] => {
    const body = bodyOf(chars, min);
    return [`${family} ${prefix}`, `${'aB3'.slice(0, before)}${prefix}${body}`, body.slice(-12)];
  }),
  ['AWS access key id', 'AKIAZ7HRBRQ4TESTONLY', 'Z7HRBRQ4TESTONLY'],
  ...['IQoJb3JpZ2luX2VjE', 'FwoGZXIvYXdzE', 'FQoGZXIvYXdzE', 'AQoDYXdzE'].map(
    (start): [string, string, string] => {
      const body = bodyOf('base64', 200);
      return [`AWS session token ${start}`, `${start}${body}==`, body.slice(4)];
    },
  ),
  ['Google API key', `AIza${'a1B2'.repeat(9)}`, 'a1B2a1B2a1B2'],
  [
    'Discord',
    `M${bodyOf('alnum', 23)}.${bodyOf('token', 6)}.${bodyOf('token', 27)}`,
    'aB3-dE5_gH7jK9aB3',
  ],
  ['Airtable', `pat${bodyOf('alnum', 14)}.${bodyOf('hex', 64)}`, bodyOf('hex', 64)],
  ['Mailchimp', `${bodyOf('hex', 32)}-us12`, bodyOf('hex', 32)],
  [
    'a private key in base64',
    Buffer.from(PEM).toString('base64'),
    Buffer.from(PEM).toString('base64').slice(60),
  ],
  ...[0, 1, '\t'].map((indent): [string, string, string] => {
    const login = { auths: { 'https://a.example': { auth: 'dTpodW50ZXIyaHVudGVyMg==' } } };
    const text = Buffer.from(JSON.stringify(login, null, indent)).toString('base64');
    return [
      `logins of Docker in base64, indented by ${JSON.stringify(indent)}`,
      text,
      text.slice(40),
    ];
  }),
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
      JSON.stringify(`before\n${token}\tafter`),
      `q%3D${token}&r=1`,
      `{"q":"a\\u003d${token}\\u0026"}`,
      `\u001b[31m${token}\u001b[0m`,
    ]) {
      const masked = maskSecrets(text);
      expect([text, masked.includes(secret)]).toEqual([text, false]);
      expect(maskSecrets(masked)).toBe(masked);
    }
  });
});

describe('an address', () => {
  it.each([
    'https://hooks.slack.com/services/T000/B000/Qx9Planted7',
    'https://discord.com/api/webhooks/123456789012345678/Qx9Planted7',
    'https://acme.webhook.office.com/webhookb2/0f1e@2d3c/IncomingWebhook/Qx9Planted7/4b5a',
    'https://hooks.zapier.com/hooks/catch/123456/Qx9Planted7/',
    'https://0f1e2d3c4b5a69788796a5b4c3d2e1f0Qx9Planted7:x-oauth-basic@github.com/acme/shop',
    'https://0f1e2d3c4b5a69788796a5b4c3d2e1f0Qx9Planted7@sentry.example/1',
    'amqps://shop:Qx9Planted7@queue.example/',
    'amqps:/shop:Qx9Planted7@queue.example/',
    'https://a.example/?to=amqps%3A%2F%2Fshop%3AQx9Planted7%40queue.example',
    'https://a.example/?key=-----BEGIN%20PRIVATE%20KEY-----%0AMIIQx9Planted7%0A-----END%20PRIVATE%20KEY-----',
  ])('%s is masked', (url) => {
    for (const text of [url, `see ${url}, now`, JSON.stringify({ note: `a\n${url}` })]) {
      const masked = maskSecrets(text);
      expect([text, masked.includes('Planted7')]).toEqual([text, false]);
      expect(maskSecrets(masked)).toBe(masked);
    }
  });

  it.each([
    'https://git@github.com/acme/shop.git',
    'https://hooks.slack.com/docs',
    'https://discord.com/api/webhooks',
    'https://release-notes-of-the-shop@example.com/',
  ])('but not: %s', (url) => {
    expect(maskSecrets(url)).toBe(url);
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
    [
      '<a b="{&#34;env&#34;:&#34;secret: secret_key=\\&#34;hunter2hunter2\\&#34;&#34;}"/>',
      'hunter2',
    ],
    ['<a b="{&#34;db_password&#34;: &#34;hunter2hunter2&#34;}"/>', 'hunter2'],
    [`<a b="password: ${PEM.replaceAll('\n', '&#10;')}"/>`, 'MIIEow7Qx9'],
    ['DB_PASS=hunter2hunter2', 'hunter2'],
    ['export SMTP_PASS="hunter2hunter2"', 'hunter2'],
    ['{"dbPass": "hunter2hunter2"}', 'hunter2'],
    ['session-cookie: hunter2hunter2', 'hunter2'],
    ['https://a.example/?next=%2Fx%3Fpassword%3Dhunter2hunter2', 'hunter2'],
    ['a=%7B%22password%22%3A%22hunter2hunter2%22%7D', 'hunter2'],
    ['{"a":"x\\u0026password\\u003dhunter2hunter2\\u0026y"}', 'hunter2'],
    ['{"a":"{\\u0022password\\u0022:\\u0022hunter2hunter2\\u0022}"}', 'hunter2'],
    ['client-key-data: hunter2hunter2', 'hunter2'],
    ['a.c; secret: secret_key=/"hunter2hunter2/"', 'hunter2'],
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
    'dapi, dapi_client, key-value, LTAI, ATBB-1, sl.example, vcp_of_the_shop, ops_eye, oy2',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-us-east-1, patience.x',
    'https://a.example/?a=%3Cb%3E&c=100%25, D:\\new\\temp, \u001b[1mbold\u001b[0m',
  ])('but not: %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});
