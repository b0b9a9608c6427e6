import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../package-root.js';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';
import { junitOf } from './assess/junit.js';
import { markdownOf } from './assess/markdown.js';
import { sarifOf } from './assess/sarif.js';

vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let assessed: { findings: { open: number }; controls: { status: string }[] };
beforeAll(async () => {
  folder = await CliFolder.make();
  assessed = JSON.parse((await folder.run(['assess', SAMPLE, '--format', 'json'])).stdout);
}, 60_000);
afterAll(() => folder.remove());

const OSCAL = 'server/modules/evidence/packages/oscal/fixtures/oscal-1.2-assessment.schema.json';

test('SARIF has a result per open finding, and imports as such', async () => {
  const file = join(folder.path, 'findings.sarif');
  const args = ['assess', SAMPLE, '--format', 'sarif', '-o', file, '--fail-on', 'critical'];
  const { code, stdout } = await folder.run(args);
  expect([code, stdout]).toEqual([3, '']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, 'utf8');
  const { version, runs } = JSON.parse(text);
  const [{ tool, results, invocations }] = runs;
  expect([version, invocations[0].executionSuccessful]).toEqual(['2.1.0', true]);
  expect(results).toHaveLength(assessed.findings.open);
  for (const { ruleId, ruleIndex, level, partialFingerprints, locations } of results) {
    expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(['error', 'warning', 'note']).toContain(level);
    expect(partialFingerprints['cspmFinding/v1']).toMatch(/^\w{26}$/);
    expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^[^/:][^:]*$/);
  }
  const prints = results.map(
    (each: { partialFingerprints: object }) => Object.values(each.partialFingerprints)[0],
  );
  expect(new Set(prints).size).toBe(results.length);
  // The same in every run.
  const again = await folder.run(['assess', SAMPLE, '--format', 'sarif']);
  expect(again.stdout).toBe(text);
  const read = JSON.parse((await folder.run(['assess', file, '--json'])).stdout);
  expect(read.imports[0]).toMatchObject({ tool: 'cspm', fail: results.length, partial: false });
});

test('OSCAL is valid by the official schema, of one framework', async () => {
  const args = ['assess', SAMPLE, '--format', 'oscal'];
  const { stdout } = await folder.run([...args, '--framework', 'soc2-tsc-2017']);
  const ajv = new Ajv({ strict: false });
  // The plugin is CommonJS, unlike its types.
  (formats as unknown as (target: Ajv) => void)(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(packageRoot, OSCAL), 'utf8')));
  validate(JSON.parse(stdout));
  expect(validate.errors).toBeNull();
  const { code, stderr } = await folder.run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining('one --framework')]);
});

test('JUnit XML counts failures, and skips what was not assessed', async () => {
  const { stdout } = await folder.run(['assess', SAMPLE, '--format', 'junit']);
  const suites = suitesIn(stdout);
  expect(suites.map(({ name }) => name)).toEqual(['Reports', 'Controls', 'Open findings']);
  const [reports, controls, findings] = suites;
  expect(reports).toMatchObject({ tests: '1', errors: '0', cases: 1 });
  const unknown = assessed.controls.filter(({ status }) => status === 'not_assessed').length;
  expect(controls).toMatchObject({ skipped: String(unknown), cases: assessed.controls.length });
  expect(findings).toMatchObject({ failures: String(assessed.findings.open) });
});

test('Markdown summarizes frameworks and findings', async () => {
  const { stdout } = await folder.run(['assess', SAMPLE, '--format', 'markdown']);
  expect(stdout).toContain(`**${assessed.findings.open} open findings**`);
  expect(stdout).toMatch(/\| Framework \| Score \|/);
  expect(stdout).toContain('### Fix first');
});

test('a report that was not read is an error in each format, never a pass', async () => {
  const file = join(folder.path, 'broken.json');
  await writeFile(file, 'no report');
  const run = async (format: string) =>
    (await folder.run(['assess', file, '--format', format])).stdout;
  const { runs } = JSON.parse(await run('sarif'));
  expect(runs[0].invocations[0]).toMatchObject({ executionSuccessful: false });
  expect(suitesIn(await run('junit'))[0]).toMatchObject({ errors: '1' });
  expect(await run('markdown')).toContain('not whole:');
});

test('texts of reports are neither markup nor markup’s end', () => {
  const nasty = `</failure><x>&"'|[a](javascript:b)<img src=x>@team\u0000\ud800`;
  const finding = {
    ...{ id: 'f', tool: 'trivy', checkId: nasty, title: nasty, severity: 'high' as const },
    ...{ rawSeverity: 'HIGH', status: 'open' as const, provider: 'code', accountId: '../..' },
    ...{ accountName: '', region: '', service: '', resourceUid: nasty, resourceName: nasty },
    ...{ resourceType: '', observed: nasty, verdict: 'fail' as const, firstSeenAt: '' },
    ...{ lastSeenAt: '', resolvedAt: null, resolvedBy: null, resolution: null, reopenedCount: 0 },
    ...{ staleSince: null, triage: null },
  };
  const openFindings = { critical: 0, high: 1, medium: 0, low: 0, informational: 0 };
  const fix = { checkId: nasty, gain: 1, findings: 1 };
  const assessment = {
    ...{ imports: [], controls: [], frameworks: [], omitted: 0, openFindings },
    ...{ findings: [finding], fixes: [fix] as never[] },
  };
  const [, , findings] = suitesIn(junitOf(assessment));
  expect(findings).toMatchObject({ cases: 1, elements: ['testcase', 'failure'] });
  expect(markdownOf(assessment)).not.toMatch(/<img|\[a\]\(|@team/);
  const [result] = sarifOf(assessment, '1.0.0').runs[0]?.results ?? [];
  const uri = result?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
  expect(new URL(uri, 'https://here.example/a/b/').pathname).toMatch(/^\/a\/b\/code\//);
});

/** The test suites of a JUnit document; throws for what is not XML. */
function suitesIn(text: string) {
  const suites: (Record<string, string | number | string[]> & {
    cases: number;
    elements: string[];
  })[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuite') suites.push({ ...attributes, cases: 0, elements: [] });
    const suite = suites.at(-1);
    if (name === 'testcase' && suite) suite.cases += 1;
    if (name !== 'testsuite') suite?.elements.push(name);
  });
  parser.write(text).close();
  return suites;
}
