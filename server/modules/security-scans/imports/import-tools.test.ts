import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { nameOf, TestTeam } from '../../../testing/test-team.js';
import {
  ocsfFinding,
  sarifLog,
  sarifRun,
  TOOL_REPORTS,
  type ToolReport,
} from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const NOTHING_NEW = { opened: 0, reopened: 0, resolved: 0, stale: 0 };
// A neutral name: the content decides.
const NAME = 'report.txt';

describe.each(TOOL_REPORTS.map((one) => [`${one.format} of ${one.tool}`, one] as const))(
  '%s',
  (_, report: ToolReport) => {
    const { format, tool, account, fails, text } = report;

    it('opens a finding of its tool for each fail', async () => {
      const item = await team.importText(text(fails), NAME);
      expect(item).toMatchObject({
        status: 'completed',
        tool,
        format,
        partial: false,
        problem: null,
        accounts: [account],
        results: fails.length,
        counts: { fail: fails.length, pass: 0 },
        findings: { opened: fails.length },
      });
      const found = await team.findings({ status: ['open'] });
      expect(new Set(found.map((finding) => finding.tool))).toEqual(new Set([tool]));
      expect(found[0]?.lastSeenAt).toBe('2026-02-01T06:00:00.000Z');
    });

    it('gives the same findings when compressed', async () => {
      await team.importText(text(fails), NAME);
      const before = await team.open();
      const packed = await team.importText(gzipSync(text(fails)), NAME);
      expect(packed).toMatchObject({
        status: 'completed',
        format,
        identical: false,
        findings: { ...NOTHING_NEW, unchanged: fails.length },
      });
      expect(await team.open()).toEqual(before);
    });

    it('changes nothing in another order, at another time and with other texts', async () => {
      await fc.assert(
        fc.asyncProperty(fc.boolean(), fc.integer({ min: 1, max: 20 }), async (reversed, at) => {
          const one = new TestTeam(core);
          await one.importText(text(fails), NAME);
          const before = (await one.findings()).map(({ id }) => id).sort();
          const words = `worded ${at}`;
          const item = await one.importText(text(fails, { reversed, at, words }), NAME);
          expect(item.findings).toEqual({ ...NOTHING_NEW, unchanged: fails.length });
          expect((await one.findings()).map(({ id }) => id).sort()).toEqual(before);
        }),
        { numRuns: 4 },
      );
    });

    it('that is cut off anywhere keeps its rows up to the break, says so, and closes nothing', async () => {
      await team.importText(text(fails), NAME);
      const whole = Buffer.from(text(fails, { at: 1 }).trimEnd());
      let kept = 0;
      for (const share of [0.35, 0.55, 0.75, 0.9, 0.99]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        const item = await team.importText(cut, NAME);
        expect(item.status, `${share}: ${item.problem}`).toMatch(/^(partial|failed)$/);
        expect(item.findings).toMatchObject({ opened: 0, resolved: 0 });
        expect(item.problem).toContain(item.fileName);
        expect(item.results).toBeGreaterThanOrEqual(kept);
        kept = item.results;
      }
      expect(kept).toBeGreaterThan(0);
      expect(await team.open()).toHaveLength(fails.length);
    });
  },
);

describe('reports that mix tools', () => {
  it('in SARIF keep them apart: results of one are not stale because the other ran', async () => {
    const item = await team.importText(
      sarifLog(sarifRun('Semgrep OSS', ['a', 'b']), sarifRun('gitleaks', ['key'])),
    );
    expect(item).toMatchObject({ tool: 'gitleaks, semgrep-oss', results: 3 });
    const found = (await team.findings()).map(({ tool, checkId }) => `${tool} ${checkId}`);
    expect(found.sort()).toEqual([
      'gitleaks gitleaks:key',
      'semgrep-oss semgrep-oss:a',
      'semgrep-oss semgrep-oss:b',
    ]);
    const later = await team.importText(sarifLog(sarifRun('gitleaks', ['key'], { at: 1 })));
    expect(later.findings).toEqual({ ...NOTHING_NEW, unchanged: 1 });
    const last = await team.importText(sarifLog(sarifRun('Semgrep OSS', ['a'], { at: 2 })));
    expect(last.findings).toMatchObject({ resolved: 0, stale: 1 });
  });

  it('in OCSF are read in any order, and Prowler’s findings stay Prowler’s', async () => {
    const prowler = {
      ...ocsfFinding('x'),
      status_code: 'FAIL',
      metadata: { event_code: 's3_public', product: { name: 'Prowler', version: '5.46.0' } },
    };
    const mixed = [prowler, ocsfFinding('S3.1')];
    const one = await team.importText(JSON.stringify(mixed));
    expect(one.problem).toBeNull();
    expect(one).toMatchObject({ tool: 'cloud-watcher, prowler', format: 'ocsf', results: 2 });
    const item = await team.importText(JSON.stringify([...mixed].reverse()));
    expect(item.findings).toEqual({ ...NOTHING_NEW, unchanged: 2 });
    const alone = await team.importText(JSON.stringify([prowler]));
    expect(alone).toMatchObject({ tool: 'prowler', format: 'prowler-ocsf' });
    expect(alone.findings).toEqual({ ...NOTHING_NEW, unchanged: 1 });
  });

  it('do not let another product pass for a tool with a reader of its own', async () => {
    const product = (name: string) => ({ metadata: { product: { name, version: '1' } } });
    const named = (name: string) => ocsfFinding('c', {}, product(name));
    await team.importText(JSON.stringify(['prowler', 'TRIVY', 'Web check', ''].map(named)));
    const tools = (await team.findings()).map(({ tool }) => tool).sort();
    expect(tools).toEqual(['ocsf', 'prowler-ocsf', 'trivy-ocsf', 'web-check-ocsf']);
  });

  it('keep their format when a resource contains the words of another format', async () => {
    const labels = ['"ArtifactName":', '"runs":[', '<nmaprun>', '"@generated":"x"'];
    const row = ocsfFinding('c', {}, { unmapped: { ArtifactName: 'x', runs: [labels] }, labels });
    const item = await team.importText(JSON.stringify([row]), 'trivy.sarif');
    expect(item).toMatchObject({ status: 'completed', format: 'ocsf' });
    expect((await team.findings()).map(nameOf)).toHaveLength(1);
  });
});
