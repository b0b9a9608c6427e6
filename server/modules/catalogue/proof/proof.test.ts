import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../common-controls/catalogue.js';
import { ControlsFile } from '../common-controls/catalogue-file.js';
import { KnownChecks } from './known-checks.js';
import { proofOf } from './proof.rules.js';
import { ProofEntry } from './proof-file.js';

const known = new KnownChecks([
  {
    name: 'prowler-aws',
    text: `# releases: 1 2
s3_bucket_encryption s3 AwsS3Bucket
rds_instance_encryption rds AwsRdsDbInstance
iam_root_mfa iam AwsIamUser
iam_root_mfa_old iam - former`,
  },
  { name: 'trivy', text: 'DS-0002\nDS-0010\n' },
  { name: 'web-check', text: 'hsts' },
]);

/** The anchors' checks, and the problems. */
function read(entry: Record<string, object[]>) {
  const problems: string[] = [];
  const proof = proofOf(ProofEntry.parse(entry), known, problems);
  const names = Object.entries(proof).map(([provider, anchors]) => [
    provider,
    anchors.map(({ checks }) => checks.map(({ tool, id }) => `${tool}:${id}`).join(' ')),
  ]);
  return { proof, names: Object.fromEntries(names), problems };
}

describe('lists of checks', () => {
  it('know the checks of a tool for a provider, with service and kind of resource', () => {
    const { service, resourceType } = known.find('prowler', 'aws', 's3_bucket_encryption') ?? {};
    expect([service, resourceType]).toEqual(['s3', 'AwsS3Bucket']);
    expect(known.find('prowler', 'aws', 'iam_root_mfa_old')).toMatchObject({
      ...{ isFormer: true, resourceType: '' },
    });
    expect(known.find('prowler', 'aws', 's3_bucket')).toBeNull();
    expect(known.find('prowler', 'azure', 's3_bucket_encryption')).toBeNull();
    expect(known.find('semgrep', 'code', 'DS-0002')).toBeNull();
    expect(known.lists('prowler', 'aws')).toBe(true);
    expect(known.lists('semgrep', 'code')).toBe(false);
  });

  it('know a tool’s checks in formats of any tool, where ids begin with its name', () => {
    expect(known.find('trivy-sarif', 'code', 'trivy:DS-0002')?.id).toBe('DS-0002');
    expect(known.find('web-check', 'web', 'web-check:hsts')?.id).toBe('hsts');
  });

  it('of this release have current and former checks of Prowler, Trivy and Checkov', () => {
    const { checks } = loadCatalogue();
    expect(checks.of('prowler', 'aws').length).toBeGreaterThan(600);
    expect(checks.find('prowler', 'aws', 'iam_root_mfa_enabled')?.isFormer).toBe(false);
    expect(checks.find('prowler', 'aws', 'inspector2_findings_exist')?.isFormer).toBe(true);
    for (const provider of ['azure', 'gcp', 'kubernetes', 'm365', 'github']) {
      expect(checks.of('prowler', provider).length, provider).toBeGreaterThan(20);
    }
    expect(checks.find('trivy', 'image', 'DS-0002')).not.toBeNull();
    expect(checks.find('checkov', 'filesystem', 'CKV_AWS_18')).not.toBeNull();
    expect(checks.find('web-check', 'web', 'web-check:hsts')).not.toBeNull();
  });
});

it('checks by which whole scans are recognised are current ones, of enough services', () => {
  const { checks } = loadCatalogue();
  for (const provider of ['aws', 'azure', 'gcp', 'kubernetes', 'm365', 'github']) {
    const { needed = 0, ids = [] } = checks.wholeScan(provider) ?? {};
    const found = ids.map((id) => checks.find('prowler', provider, id));
    expect(found.filter((check) => check === null || check.isFormer)).toEqual([]);
    expect(new Set(found.map((check) => check?.service)).size).toBeGreaterThanOrEqual(needed);
    expect(needed).toBeGreaterThan(1);
  }
  expect(checks.wholeScan('nobody')).toBeNull();
});

describe('proof of a control', () => {
  it('names checks of the provider’s usual tool, or of another one', () => {
    const { names, problems } = read({
      aws: [{ all: ['iam_root_mfa'] }, { any: ['trivy:DS-0002', 's3_bucket_encryption'] }],
      image: [{ all: ['DS-0010'] }],
      web: [{ all: ['web-check:hsts'] }],
    });
    expect(problems).toEqual([]);
    expect(names).toEqual({
      aws: ['prowler:iam_root_mfa', 'trivy:DS-0002 prowler:s3_bucket_encryption'],
      image: ['trivy:DS-0010'],
      web: ['web-check:hsts'],
    });
  });

  it('expands patterns over the checks of current releases', () => {
    const { proof, names } = read({
      aws: [{ all: ['*_encryption', 'iam_root_*'], whenSeen: 'each' }],
    });
    expect(names.aws).toEqual([
      'prowler:s3_bucket_encryption prowler:rds_instance_encryption prowler:iam_root_mfa',
    ]);
    expect(proof.aws?.[0]).toMatchObject({ needs: 'all', whenSeen: 'each' });
  });

  it.each([
    [
      'a check that no release has',
      { all: ['s3_bucket_encrypted'] },
      'has the check s3_bucket_enc',
    ],
    [
      'a check of earlier releases',
      { all: ['iam_root_mfa_old'] },
      'has the check iam_root_mfa_old',
    ],
    ['a pattern that fits nothing', { all: ['efs_*'], whenSeen: 'each' }, 'has the check efs_*'],
    ['a pattern without its kinds', { all: ['*_encryption'] }, 'patterns need `whenSeen: each`'],
  ])('rejects %s', (_what, anchor, problem) => {
    const { problems } = read({ aws: [anchor] });
    expect(problems.join()).toContain(`proof.aws[0]: `);
    expect(problems.join()).toContain(problem);
  });

  it('rejects anchors with both quantifiers, with none, and with alternatives of each kind', () => {
    const alternatives = Object.fromEntries([['any', ['a']]]);
    const wrong = [{ all: ['a'], ...alternatives }, {}, { ...alternatives, whenSeen: 'each' }];
    for (const anchor of wrong) {
      expect(ProofEntry.safeParse({ aws: [anchor] }).success).toBe(false);
    }
    expect(ProofEntry.safeParse({ aws: [] }).success).toBe(false);
  });

  it('is for controls of the kind technology only', () => {
    const control = {
      ...{ id: 'AST-01', title: 't', intent: 'i', weight: 5, cadence: 'annual', keywords: ['k'] },
      proof: { aws: [{ all: ['iam_root_mfa'] }] },
    };
    const fileOf = (kind: string) => ({
      ...{ domain: 'AST', name: 'Assets', controls: [{ ...control, kind }] },
    });
    expect(ControlsFile.safeParse(fileOf('technology')).success).toBe(true);
    for (const kind of ['process', 'people', 'data', 'facility']) {
      const problems = ControlsFile.safeParse(fileOf(kind)).error?.issues ?? [];
      expect(problems.map(({ path }) => path.join('.'))).toEqual(['controls.0.proof']);
    }
  });
});
