import { describe, expect, it } from 'vitest';
import type { AwsTarget } from '../../../../contract/scan-targets.js';
import { prowler } from './index.js';
import { planProwler, prowlerRuns } from './prowler.plan.js';
import type { ProwlerOptions, ProwlerTarget } from './prowler.providers.js';

const aws: AwsTarget = {
  kind: 'aws',
  accountId: '123456789012',
  regions: ['eu-west-1', 'us-east-1'],
  roleArn: 'arn:aws:iam::123456789012:role/Audit',
  externalId: '-fixer',
};
const login = {
  kind: 'aws',
  keys: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
} as const;
const plan = (options: object = {}, target: ProwlerTarget = aws) =>
  planProwler(target, { login, region: 'eu-west-1', ...options } as ProwlerOptions);

describe('Prowler on AWS', () => {
  it('is planned with these arguments and files', () => {
    const { args, env, files, network } = plan();
    expect(args).toEqual([
      'aws',
      '--region',
      'eu-west-1',
      '--role',
      'arn:aws:iam::123456789012:role/Audit',
      '--external-id=-fixer',
      '--aws-retries-max-attempts',
      '10',
      '-M',
      'json-ocsf',
      '-F',
      'report',
      '-o',
      '{output}',
      '--log-level',
      'ERROR',
      '--log-file',
      '{output}/prowler.log',
      '-b',
      '--no-color',
      '-z',
    ]);
    expect(env).toEqual({
      TZ: 'UTC',
      AWS_SHARED_CREDENTIALS_FILE: '{input}/aws-credentials',
      AWS_CONFIG_FILE: '{input}/aws-config',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_DEFAULT_REGION: 'eu-west-1',
    });
    expect(files[0]).toMatchObject({ name: 'aws-credentials', secret: true });
    expect(JSON.stringify([args, env])).not.toContain('wJalr');
    expect(network).toBe('targets');
    expect(prowler.scan).toMatchObject({ reports: ['report.ocsf.json'] });
  });
  it('is one run per region', () => {
    const runs = prowlerRuns(aws, { login });
    expect(runs.map(({ region, run }) => [region, run.args[2]])).toEqual([
      ['eu-west-1', 'eu-west-1'],
      ['us-east-1', 'us-east-1'],
    ]);
    expect(() => planProwler(aws, { login })).toThrow(/name the region/);
    expect(() => plan({ region: 'us-west-2' })).toThrow(/not one of/);
  });
  it('accepts a scope', () => {
    const scope = {
      services: ['s3', 'iam'],
      severities: ['high', 'critical'],
      excludedChecks: ['s3_bucket_x'],
      excludedServices: ['ec2'],
      excludedRegions: ['me-south-1'],
    };
    expect(plan({ scope }).args.join(' ')).toContain(
      '--services s3 iam --severity high critical --excluded-checks s3_bucket_x --excluded-services ec2 --excluded-regions me-south-1 -M',
    );
    expect(plan({ scope: { compliance: ['cis_5.0_aws'] } }).args.join(' ')).toContain(
      '--compliance cis_5.0_aws',
    );
    expect(() => plan({ scope: { checks: ['a_b'], services: ['s3'] } })).toThrow(/one of/);
  });
  it('uses an emulator only if the operator configures one', () => {
    expect(plan({ awsEndpoint: 'http://127.0.0.1:5000' }).env.AWS_ENDPOINT_URL).toBe(
      'http://127.0.0.1:5000/',
    );
  });
});

describe('other clouds', () => {
  const id = '00000000-1111-2222-3333-444444444444';
  it('Azure', () => {
    const { args, env } = planProwler(
      { kind: 'azure', tenantId: id, subscriptionId: id, cloud: 'AzureCloud' },
      { login: { kind: 'azure', servicePrincipal: { clientId: id, clientSecret: 's3cret~x' } } },
    );
    expect(args.slice(0, 6)).toEqual([
      'azure',
      '--sp-env-auth',
      '--subscription-ids',
      id,
      '--azure-region',
      'AzureCloud',
    ]);
    expect(env.AZURE_CLIENT_SECRET).toBe('s3cret~x');
  });
  it('Google Cloud, by keys of service accounts that are sent only to Google', () => {
    const key = {
      type: 'service_account' as const,
      project_id: 'p',
      private_key_id: 'k',
      private_key: '-----BEGIN PRIVATE KEY-----\nx',
      client_email: 'a@p.iam.gserviceaccount.com',
      client_id: '1',
    };
    const target = { kind: 'gcp', projectId: 'my-project' } as const;
    const { args, files } = planProwler(target, {
      login: {
        kind: 'gcp',
        serviceAccountKey: { ...key, token_uri: 'https://evil.example' } as typeof key,
      },
    });
    expect(args.slice(0, 5)).toEqual([
      'gcp',
      '--credentials-file',
      '{input}/gcp-key.json',
      '--project-ids',
      'my-project',
    ]);
    expect(files[0]?.content).not.toContain('evil');
    const external = {
      ...key,
      type: 'external_account',
      credential_source: { executable: { command: 'sh' } },
    };
    expect(() =>
      planProwler(target, {
        login: { kind: 'gcp', serviceAccountKey: external as unknown as typeof key },
      }),
    ).toThrow(/service_account/);
  });
  it('Kubernetes, by a generated kubeconfig', () => {
    const { args, files } = planProwler(
      {
        kind: 'kubernetes',
        context: 'prod',
        server: 'https://k.example:6443',
        namespaces: ['shop'],
      },
      { login: { kind: 'kubernetes', login: { token: 'abc' } } },
    );
    expect(args.slice(0, 7)).toEqual([
      'kubernetes',
      '--kubeconfig-file',
      '{input}/kubeconfig',
      '--context',
      'prod',
      '--namespaces',
      'shop',
    ]);
    expect(files[0]).toMatchObject({ name: 'kubeconfig', secret: true });
  });
  it('refuses a login of another cloud', () => {
    expect(() => planProwler({ kind: 'gcp', projectId: 'my-project' }, { login })).toThrow(
      /does not fit/,
    );
  });
});

describe('what must not be reached', () => {
  const DANGEROUS =
    /--checks-folder|-x\b|--fixer|--scan-secrets-validate|--mutelist|-w\b|--slack|--security-hub|-S\b|--output-bucket|-B\b|--status|--config-file|--custom-checks|--push-to-cloud|--profile|--shodan|--send-sh/;
  const texts = [
    '--fixer',
    '-x',
    '--checks-folder=/tmp',
    's3 --fixer',
    'arn:aws:lambda:eu-west-1:1:function:f',
    '../x',
    '',
    'a\nb',
    '$(id)',
    's3;id',
  ];
  const places: [string, (text: string) => object][] = [
    ['region', (text) => ({ region: text })],
    ['checks', (text) => ({ scope: { checks: [text] } })],
    ['services', (text) => ({ scope: { services: [text] } })],
    ['compliance', (text) => ({ scope: { compliance: [text] } })],
    ['categories', (text) => ({ scope: { categories: [text] } })],
    ['severities', (text) => ({ scope: { severities: [text] } })],
    ['excluded checks', (text) => ({ scope: { excludedChecks: [text] } })],
    ['excluded regions', (text) => ({ scope: { excludedRegions: [text] } })],
    ['unknown scope', (text) => ({ scope: { [text]: [text] } })],
    [
      'access key',
      (text) => ({ login: { kind: 'aws', keys: { ...login.keys, accessKeyId: text } } }),
    ],
    [
      'secret key',
      (text) => ({
        login: {
          kind: 'aws',
          keys: { ...login.keys, secretAccessKey: `${text}\ncredential_process = sh` },
        },
      }),
    ],
    ['retries', (text) => ({ retries: text })],
  ];
  it.each(places)('through %s', (_, options) => {
    for (const text of texts) expect(() => plan(options(text))).toThrow();
  });
  it('nor by any accepted option', () => {
    for (const options of [{}, { scope: { services: ['s3'] }, retries: 3 }])
      expect(
        plan(options)
          .args.filter((arg) => arg !== '--external-id=-fixer')
          .join(' '),
      ).not.toMatch(DANGEROUS);
  });
});
