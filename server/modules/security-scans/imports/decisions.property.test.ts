import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shuffledIndex } from '../../../scanners/testing/seeded-random.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { instantOf, ocsfRow, ocsfText } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import {
  nucleiMatch,
  ocsfFinding,
  osPackages,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from '../../../testing/tool-reports.js';

let core: TestCore;
const RUNS = propertyRuns(8, 4);

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());

const NAMES = ['ann', 'ben', 'eve', 'kim', 'lou'] as const;
const KEYS: Record<string, string> = {
  ann: 'AKIAAAAAAAAAAAAAAAAA',
  ben: 'AKIABBBBBBBBBBBBBBBB',
  eve: 'AKIACCCCCCCCCCCCCCCC',
  kim: 'AKIADDDDDDDDDDDDDDDD',
  lou: 'AKIAEEEEEEEEEEEEEEEE',
};

/** A report in which all things have one uid, as some tools write it; `move`: what else changes between runs. */
interface Tool {
  text(things: readonly string[], at: number, move: number): string;
}

const prowler = (
  given: (thing: string, move: number) => { uid: string; name: string; observed: string },
): Tool => ({
  text: (things, at, move) =>
    ocsfText(
      things.map((thing) => {
        const { uid, name, observed } = given(thing, move);
        const row = ocsfRow({ check: 'entra_users_mfa_capable', resource: uid, observed, at });
        row.resources[0].name = name;
        row.unmapped.thing = thing;
        return row;
      }),
    ),
});

const TOOLS: Record<string, Tool> = {
  'Prowler, named in the text': prowler((thing) => ({
    uid: 'Users',
    name: 'Users',
    observed: `User ${thing} has no second factor.`,
  })),
  'Prowler, named by the resource': prowler((thing, move) => ({
    uid: 'Users',
    name: thing,
    observed: `No second factor for ${move} days: ${thing}`,
  })),
  'Prowler, keys of one user that masking makes alike': prowler((thing) => ({
    uid: 'arn:aws:iam::111111111111:user/root',
    name: 'root',
    observed: `User root has not rotated access key ${KEYS[thing]}. (${thing.length})`,
  })),
  'Prowler, uids that masking makes alike': prowler((thing) => ({
    uid: `vault/password=hunter2-${thing}`,
    name: 'vault',
    observed: `The vault is open: ${thing}`,
  })),
  'OCSF of another product': {
    text: (things, at) =>
      JSON.stringify(
        things.map((thing) =>
          ocsfFinding(
            'IAM.1',
            { at },
            {
              message: `User ${thing} is an administrator`,
              resources: [{ uid: 'Users', name: 'Users', type: 'User', region: '' }],
            },
          ),
        ),
      ),
  },
  'SARIF without a login': {
    text: (things, at, move) => {
      const run = sarifRun(
        'Semgrep',
        things.map(() => 'sql'),
        { at },
      );
      const results = run.results.map((result, n) => ({
        ...result,
        message: { text: `unsafe query of ${things[n]}` },
        fingerprints: { 'matchBasedId/v1': 'requires login' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'db.py' },
              region: { startLine: 10 * (n + 1) + move, snippet: { text: `run(${things[n]})` } },
            },
          },
        ],
      }));
      return sarifLog({ ...run, results });
    },
  },
  'nuclei, distinguished by extracted results': {
    text: (things, at) =>
      things
        .map((thing) => {
          const match = nucleiMatch('panel', { at }, { 'extracted-results': [thing], ip: thing });
          return `${JSON.stringify(match)}\n`;
        })
        .join(''),
  },
  'Trivy, versions of one package': {
    text: (things, at) => {
      const found = things.map((thing) => ({
        ...vulnerability('CVE-2024-0001'),
        InstalledVersion: `3.0-${thing}`,
      }));
      return trivyReport([osPackages(found)], { at });
    },
  },
};

const unnamed = (thing: string) => ({
  check: 'entra_users_mfa_capable',
  title: 'Users can use a second factor',
  observed: `User ${thing} has no second factor.`,
});

const OTHER_FORMATS: Record<string, Tool> = {
  'Prowler CSV': {
    text: (things, at) => {
      const columns = 'TIMESTAMP;ACCOUNT_UID;FINDING_UID;PROVIDER;CHECK_ID;CHECK_TITLE;STATUS;';
      const rows = things.map((thing, n) => {
        const { check, title, observed } = unnamed(thing);
        const head = [instantOf(at), 'tenant', `prowler-${n}`, 'm365', check, title, 'FAIL'];
        return [...head, observed, 'False', 'entra', 'high', 'User', 'Users', 'Users', 'global'];
      });
      return `${[
        `${columns}STATUS_EXTENDED;MUTED;SERVICE_NAME;SEVERITY;RESOURCE_TYPE;RESOURCE_UID;RESOURCE_NAME;REGION`,
        ...rows.map((row) => row.join(';')),
      ].join('\n')}\n`;
    },
  },
  'Prowler ASFF': {
    text: (things, at) =>
      JSON.stringify(
        things.map((thing, n) => ({
          SchemaVersion: '2018-10-08',
          Id: `prowler-${unnamed(thing).check}-111111111111-eu-west-1-${n}`,
          ProductFields: { ProviderName: 'Prowler', ProviderVersion: '5.46.0' },
          GeneratorId: `prowler-${unnamed(thing).check}`,
          AwsAccountId: '111111111111',
          UpdatedAt: instantOf(at),
          Severity: { Label: 'HIGH' },
          Title: unnamed(thing).title,
          Description: unnamed(thing).observed,
          Resources: [{ Type: 'Other', Id: 'Users', Region: 'eu-west-1' }],
          Compliance: { Status: 'FAILED' },
        })),
      ),
  },
  'Checkov, blocks of one name': {
    text: (things, at, move) =>
      JSON.stringify({
        check_type: 'terraform',
        results: {
          failed_checks: things.map((thing, n) => ({
            check_id: 'CKV_AWS_18',
            check_name: 'Access logging',
            check_result: { result: 'FAILED' },
            file_path: '/main.tf',
            file_abs_path: '/srv/shop/main.tf',
            file_line_range: [10 * n + move + 1, 10 * n + move + 3],
            code_block: [[10 * n + move + 1, `bucket = "${thing}"\n`]],
            resource: 'module.logs.aws_s3_bucket.this',
          })),
        },
        summary: { resource_count: at, checkov_version: '3.3.30' },
      }),
  },
  'Grype, versions of one package': {
    text: (things, at) =>
      JSON.stringify({
        matches: things.map((thing) => ({
          vulnerability: { id: 'CVE-2024-0001', severity: 'High', fix: { state: 'unknown' } },
          relatedVulnerabilities: [],
          matchDetails: [],
          artifact: {
            name: 'left-pad',
            version: `3.0-${thing}`,
            type: 'npm',
            locations: [{ path: '/app/package-lock.json' }],
            purl: `pkg:npm/left-pad@3.0-${thing}`,
          },
        })),
        source: { type: 'directory', target: '/srv/shop' },
        descriptor: { name: 'grype', version: '0.121.0', timestamp: instantOf(at) },
      }),
  },
};

const thingOf = ({ observed }: { observed: string }) =>
  NAMES.find(
    (name) => new RegExp(`\\b${name}\\b`).test(observed) || observed.includes(`(${KEYS[name]})`),
  ) ?? observed;

describe.each(Object.entries({ ...TOOLS, ...OTHER_FORMATS }))(
  'a decision about one of several things: %s',
  (label, tool) => {
    // What such a report ends with may also be cut off, unless it is said to be complete.
    const isEndless = /CSV|nuclei/.test(label);
    const alike = /keys of one user|Checkov/.test(label);
    // By itself, another version is the same package, upgraded.
    const minLength = /Trivy|Grype|nuclei|Checkov/.test(label) ? 2 : 1;

    it('never becomes one about another thing', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.constantFrom(...NAMES), { minLength }),
          fc.nat(),
          fc.array(fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }), { maxLength: 3 }),
          fc.nat({ max: 5 }),
          async (first, pick, later, move) => {
            const team = new TestTeam(core);
            await team.importText(tool.text(first, 0, 0));
            const order = await team.findings({ status: ['open'] });
            expect(order).toHaveLength(first.length);
            const chosen = order[pick % order.length];
            if (!chosen) return;
            await team.triage(chosen.id, 'false_positive');
            let isThere = true;
            for (const [n, things] of later.entries()) {
              const at = shuffledIndex(pick, things.length);
              const shuffled = things.map((_, index) => things[at(index)] ?? '');
              const text = tool.text(shuffled, n + 1, move * n);
              await team.importText(text, 'report', isEndless ? { coverage: 'complete' } : {});
              const open = await team.findings({ status: ['open'] });
              const decided = await team.findings({ status: ['false_positive'] });
              expect(open.length + decided.length).toBe(things.length);
              expect(decided.length).toBeLessThanOrEqual(1);
              if (!alike) {
                isThere &&= (things as readonly string[]).includes(thingOf(chosen));
                expect(decided.map(thingOf)).toEqual(isThere ? [thingOf(chosen)] : []);
              }
              for (const { id } of decided) expect(id).toBe(chosen.id);
              const again = await team.importText(text.trimEnd().concat(' \n'), 'report');
              expect(again.findings).toMatchObject({ opened: 0, reopened: 0, resolved: 0 });
            }
          },
        ),
        { numRuns: RUNS },
      );
    }, 60_000);
  },
);

describe('indistinguishable rows', () => {
  /** They differ only in fields that no reader reads. */
  const twins = (verdicts: ('PASS' | 'FAIL')[], at: number) =>
    ocsfText(
      verdicts.map((status, nth) => ({
        ...ocsfRow({ check: 'c', resource: 'shared', status, observed: `it is ${status}` }, { at }),
        nth,
      })),
    );

  it('lose a decision when their number or their verdicts change', async () => {
    const verdict = fc.constantFrom('PASS' as const, 'FAIL' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(verdict, { minLength: 1, maxLength: 3 }),
        fc.array(verdict, { minLength: 1, maxLength: 3 }),
        async (before, after) => {
          const team = new TestTeam(core);
          await team.importText(twins(before, 1));
          const [chosen] = await team.findings({ status: ['open'] });
          if (!chosen) return;
          await team.triage(chosen.id, 'accepted');
          await team.importText(twins(after, 2));
          const isSame = [...before].sort().join() === [...after].sort().join();
          const accepted = await team.findings({ status: ['accepted'] });
          expect(accepted).toHaveLength(isSame ? 1 : 0);
          const fails = after.filter((status) => status === 'FAIL').length;
          const open = await team.findings({ status: ['open'] });
          expect(open.length + accepted.length).toBe(fails);
        },
      ),
      { numRuns: RUNS * 2 },
    );
  }, 60_000);

  it('keep a decision while their lines move together, and lose it when one of them is gone', async () => {
    const log = (lines: number[], at: number) => {
      const run = sarifRun('Code Scanner', ['r'], { at });
      const results = lines.map((startLine) => ({
        ruleId: 'r',
        message: { text: 'found' },
        locations: [
          { physicalLocation: { artifactLocation: { uri: 'a.c' }, region: { startLine } } },
        ],
      }));
      return sarifLog({ ...run, results });
    };
    const team = new TestTeam(core);
    await team.importText(log([10, 50], 1));
    const first = (await team.findings()).find(({ observed }) => observed.includes('line 10'));
    await team.triage(first?.id ?? '', 'false_positive');
    await team.importText(log([53, 13], 2));
    const [kept] = await team.findings({ status: ['false_positive'] });
    expect(kept?.observed).toContain('line 13');
    await team.importText(log([40], 3));
    expect(await team.findings({ status: ['false_positive'] })).toEqual([]);
    expect(await team.open()).toHaveLength(1);
    expect(instantOf(3)).toBe((await team.findings({ status: ['open'] }))[0]?.lastSeenAt);
  });
});
