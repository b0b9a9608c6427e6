import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import type { ToolRun } from '../runs/tool-run.js';
import { planNmap } from '../tools/nmap/nmap.plan.js';
import { planProwler } from '../tools/prowler/prowler.plan.js';
import { planTrivy } from '../tools/trivy/trivy.plan.js';
import { planZap } from '../tools/zap/zap.plan.js';
import { decideAddresses, parseHost } from './index.js';

/** The injection table of the research (scanners.md 4.6), row by row. */
const image = (reference: string) => planTrivy({ kind: 'image', reference }, {});
const repository = (url: string) => planTrivy({ kind: 'repository', url }, {});
const web = (url: string) => planZap({ kind: 'web', url }, { profile: 'baseline' });
const network = (host: string) => planNmap({ kind: 'network', hosts: [host] }, {});
const plans: [string, (text: string) => ToolRun, string[]][] = [
  ['an image', image, image('nginx').args.slice(0, -1)],
  ['a repository', repository, repository('https://h.example/r').args.slice(0, -1)],
  ['a network host', network, network('h.example').args.slice(0, -1)],
];

describe('all tools: shell characters, options, controls, length', () => {
  const texts = [
    '-x',
    '--config=/x',
    '--help',
    'a;id',
    '$(id)',
    '`id`',
    'a|b',
    'a&b',
    'a b',
    'a\0b',
    'a\nb',
    'a\tb',
    '',
    ' ',
    'x'.repeat(100_000),
    '\u202eevil',
    'a\u200bb',
    "a'b",
    'a"b',
    '\ud800',
  ];
  it.each(plans)('%s', (_, plan) => {
    for (const text of texts) expect(() => plan(text)).toThrow(InvalidInputError);
  });
  it('a web address: refused or rebuilt', () => {
    for (const text of texts.filter((one) => one !== '')) {
      let plan: string | undefined;
      try {
        plan = web(`https://h.example/${text}`).files.at(-1)?.content;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
      }
      const url: string = plan ? JSON.parse(plan).env.contexts[0].urls[0] : '';
      expect(url).not.toMatch(/[\s$`{}|\0]/);
    }
    for (const text of ['', '-x', 'https://u:p@h.example/', 'https://xn--80ak6aa92e.com/']) {
      expect(() => web(text)).toThrow(InvalidInputError);
    }
  });

  const pieces = fc.constantFrom(
    ...[
      '-',
      '--',
      '=',
      '/',
      ':',
      '@',
      '.',
      'a',
      '1',
      ' ',
      '\n',
      '\0',
      '$',
      '{',
      '{input}',
      '{output}',
      'x.example',
      '10.0.0.1',
      '/24',
    ],
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 8 }).map((list) => list.join('')),
  );
  it.each(plans)('any text as %s is refused or one element behind --', (_, plan, before) => {
    fc.assert(
      fc.property(anyText, (text) => {
        let run: ToolRun;
        try {
          run = plan(text);
        } catch (error) {
          return error instanceof InvalidInputError;
        }
        const at = run.args.indexOf('--');
        const [target = '', ...more] = run.args.slice(at + 1);
        const own = run.args.slice(0, at + 1).filter((arg) => arg !== '-6');
        // A range may be several hosts, each of them one element.
        return (
          JSON.stringify(own) === JSON.stringify(before) &&
          [target, ...more].every(
            (one) => one !== '' && !one.startsWith('-') && !/[\s{}]/.test(one),
          )
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Nmap', () => {
  it.each([
    '--script=/path.lua',
    '-oN',
    '-oX',
    '-iL',
    '--datadir=/x',
    '-iR',
    '10.0.0.0/8',
    '10-20.0.0.1',
    '10.0.*.1',
  ])('refuses %s', (text) => {
    expect(() => network(text)).toThrow(InvalidInputError);
  });
  it('expands ranges itself and gives Nmap an empty environment', () => {
    expect(network('198.51.100.0/31').args.slice(-2)).toEqual(['198.51.100.0', '198.51.100.1']);
    expect(network('a.example').env).toEqual({});
  });
});

describe('Trivy', () => {
  it.each([
    'file:///etc',
    'ext::sh -c id',
    'http://h.example/r',
    'git://h.example/r',
    'ssh://h.example/r',
    '/etc',
    '../x',
  ])('refuses the repository %s', (url) => {
    expect(() => repository(url)).toThrow(InvalidInputError);
  });
  it('reaches no flag that runs code or goes elsewhere, and reads no settings but ours', () => {
    for (const run of [image('nginx'), repository('https://h.example/r')]) {
      expect(run.args.join(' ')).not.toMatch(
        /--ignore-policy|--template|--module-dir|--enable-modules|--server|--db-repository|--config-check|--helm|--secret-config|plugin/,
      );
      expect(run.args).toEqual(
        expect.arrayContaining(['--config={input}/trivy.yaml', '--ignorefile={input}/trivyignore']),
      );
      expect(Object.keys(run.env)).not.toContain('TRIVY_RUN_AS_PLUGIN');
      expect(run.env.TRIVY_MAX_IMAGE_SIZE).toBe('10GB');
      expect(run.limits.pids).toBeLessThan(1000);
    }
  });
  it('sends a login to the registry of the image alone', () => {
    const run = planTrivy(
      { kind: 'image', reference: 'evil.example/docker.io/x' },
      { registryLogin: { username: 'u', password: 'p' } },
    );
    expect(Object.keys(JSON.parse(run.files.at(-1)?.content ?? '').auths)).toEqual([
      'evil.example',
    ]);
  });
});

describe('ZAP', () => {
  it.each([
    `https://evil.example/\${AWS_SECRET}`,
    'https://evil.example/{x}',
    'https://evil.example/$HOME',
    'https://evil.example/%24%7BHOME%7D',
  ])('lets no variable through: %s', (url) => {
    let plan = '{}';
    try {
      plan = web(url).files.at(-1)?.content ?? '';
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
    }
    expect(plan).not.toMatch(/\$\{/);
  });
  it('takes no -z, hook, script or settings, and knows no secret', () => {
    const run = web('https://h.example/');
    expect(run.args.join(' ')).not.toMatch(/-z|--hook|-script|-config\b|-addon|-daemon|-host/);
    expect(run.env).toEqual({ TZ: 'UTC' });
  });
  it('keeps to the origin and needs proof before it attacks', () => {
    const scope = JSON.parse(web('https://a.example:8443/x').files.at(-1)?.content ?? '').env
      .contexts[0].includePaths;
    expect(scope).toEqual(['\\Qhttps://a.example:8443\\E(/.*)?']);
    expect(() => planZap({ kind: 'web', url: 'https://a.example' }, { profile: 'full' })).toThrow(
      /prove/,
    );
  });
});

describe('Prowler', () => {
  it('writes to its own output folder only', () => {
    const { args } = planProwler(
      { kind: 'kubernetes', context: 'c', server: 'https://k.example', namespaces: [] },
      { login: { kind: 'kubernetes', login: { token: 't' } } },
    );
    expect(args[args.indexOf('-o') + 1]).toBe('{output}');
    expect(args[args.indexOf('-F') + 1]).toBe('report');
    // The rest of the row (checks folder, fixer, mute lists, exec in a kubeconfig) is tested beside the plan.
  });
});

describe('egress', () => {
  it('refuses metadata by address, by name and by a name that leads there', () => {
    const none = { ranges: [], names: [] };
    for (const [host, resolved] of [
      ['169.254.169.254', []],
      ['metadata.google.internal', ['169.254.169.254']],
      ['rebind.example.com', ['8.8.8.8', 'fd00:ec2::254']],
      ['[::ffff:a9fe:a9fe]', []],
    ] as const) {
      expect(decideAddresses(parseHost(host), resolved, none).allowed).toBe(false);
    }
  });
});
