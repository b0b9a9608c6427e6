import { describe, expect, it } from 'vitest';
import { createScanTools } from '../../runs/scan-tools.js';
import type { ToolScanner, UnitOptions } from '../../runs/scanner.js';
import { ended, readAs } from '../../testing/judging.js';
import { homeRegion, regionalStarts } from './account-wide.js';

const ALL = ['eu-west-1', 'us-east-1', 'eu-central-1'];

describe('account-wide services', () => {
  it('are scanned in one region, the same for every scan', () => {
    expect(regionalStarts(ALL, {}).filter((each) => each.accountWide)).toEqual([
      { region: 'us-east-1', accountWide: true },
    ]);
    expect(homeRegion(['eu-west-1', 'eu-central-1'])).toBe('eu-central-1');
    expect(homeRegion(['eu-central-1', 'eu-west-1'])).toBe('eu-central-1');
    expect(regionalStarts(ALL, { regions: ['eu-west-1', 'eu-west-1'] })).toEqual([
      { region: 'eu-west-1', accountWide: false },
    ]);
    expect(regionalStarts(ALL, { services: ['iam', 'route53'] })).toEqual([
      { region: 'us-east-1', accountWide: true },
    ]);
    expect(regionalStarts(ALL, { services: ['iam', 's3'] })).toHaveLength(3);
    expect(regionalStarts(ALL, { services: ['iam'], regions: ['eu-west-1'] })).toEqual([]);
  });

  const prowler = createScanTools({ allowedFolders: [] }).get('prowler') as ToolScanner;
  const planned = (options: UnitOptions) =>
    prowler.plan(
      {
        scanner: 'prowler',
        name: 'eu-west-1',
        target: { kind: 'aws', accountId: '123456789012', regions: ['eu-west-1'] },
        options,
      },
      {
        credentials: { kind: 'aws_keys', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'abc' },
        declared: { ranges: [], names: [] },
        addresses: [],
      },
    );
  const valuesAfter = (args: readonly string[], flag: string) => {
    const at = args.indexOf(flag);
    const rest = args.slice(at + 1);
    return at < 0
      ? []
      : rest.slice(
          0,
          rest.findIndex((arg) => arg.startsWith('-')),
        );
  };

  it('are excluded from the other starts', async () => {
    const other = await planned({ accountWide: false });
    expect(valuesAfter(other.args, '--excluded-services')).toEqual(
      expect.arrayContaining(['iam', 'organizations', 'cloudfront']),
    );
    const some = await planned({ accountWide: false, services: ['iam', 's3'] });
    expect(valuesAfter(some.args, '--services')).toEqual(['s3']);
    const home = await planned({});
    expect(home.args).not.toContain('--excluded-services');
    // The account's addresses are not sent to a third party.
    for (const { args } of [other, some, home])
      expect(valuesAfter(args, '--excluded-checks')).toEqual(['ec2_elastic_ip_shodan']);
  });

  it('are not expected of a start that excludes them', async () => {
    const run = await planned({ accountWide: false });
    const { verdict, coverage } = await judged(run);
    expect(coverage).toMatchObject({ expected: 2, evidenced: 1, missing: ['sns_topics_kms'] });
    expect(coverage.skipped.map(({ what }) => what)).toEqual([
      expect.stringContaining('iam'),
      'ec2_elastic_ip_shodan',
    ]);
    expect(verdict).toBe('succeeded');
  });

  it('do not pass if Prowler could not judge them', async () => {
    const log =
      '{"timestamp": "t", "filename": "privilege_escalation.py:513", "level": "ERROR", "module": "privilege_escalation", "message": "InvalidActionPatternError[494]: x"}';
    const { verdict, problem } = await judged(await planned({}), log);
    expect(verdict).toBe('succeeded_with_gaps');
    expect(problem).toMatch(/InvalidActionPatternError|passes do not count/);
  });

  async function judged(run: Awaited<ReturnType<typeof planned>>, log = '') {
    const answer = [
      'iam_no_root_access_key',
      's3_bucket_x',
      'sns_topics_kms',
      'ec2_elastic_ip_shodan',
    ];
    const { outcome, problem, coverage } = prowler.judge({
      run,
      result: ended(),
      read: readAs(),
      rows: [],
      checkIds: new Set(['s3_bucket_x']),
      log,
      lacking: [],
      answer,
    });
    return { verdict: outcome, problem, coverage };
  }
});
