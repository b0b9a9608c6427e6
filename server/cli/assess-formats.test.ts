import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';
import { osPackages, TOOL_REPORTS, trivyReport } from '../testing/tool-reports.js';

vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

test('assess reads reports of all tools at once, and the gate counts their findings', async () => {
  const files = await Promise.all(
    TOOL_REPORTS.map(async ({ fails, text }, index) => {
      const path = join(folder.path, `report-${index}`);
      await writeFile(path, index % 2 ? gzipSync(text(fails)) : text(fails));
      return path;
    }),
  );
  const { code, stdout } = await folder.run(['assess', '--json', '--fail-on', 'high', ...files]);
  const { imports, findings } = JSON.parse(stdout);
  expect(code).toBe(3);
  expect(imports.map(({ tool, fail }: { tool: string; fail: number }) => [tool, fail])).toEqual(
    TOOL_REPORTS.map(({ tool, fails }) => [tool, fails.length]),
  );
  // ZAP's JSON and XML reports hold the same findings.
  expect(findings.open).toBe(TOOL_REPORTS.flatMap(({ fails }) => fails).length - 3);
});

test('import prints a count of 0 when a tool found nothing', async () => {
  const path = join(folder.path, 'clean.json');
  await writeFile(path, trivyReport([osPackages([])]));
  const { code, stdout } = await folder.run(['import', path]);
  expect(code).toBe(0);
  expect(stdout).toContain('0 results of trivy');
  expect(stdout).not.toContain('()');
});
