import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Recorded, RecordedRunner } from '../../../testing/recorded-runner.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { osPackages, trivyReport, vulnerability } from '../../../testing/tool-reports.js';

let answer: () => Recorded;
let test: TestScans;
let one: ScanProcess;

beforeEach(async () => {
  test = await TestScans.create({ runner: (base) => new RecordedRunner(base, () => answer()) });
  one = await test.process();
});
afterEach(() => test.close());

const found = (cves: string[], at: number): Recorded => ({
  files: { 'trivy.json': trivyReport([osPackages(cves.map((id) => vulnerability(id)))], { at }) },
});

async function scanned() {
  const request = { kind: 'image' as const, image: 'ghcr.io/acme/shop:1.2' };
  const { id } = await one.orchestration.scans.start(test.actor, request);
  return test.until(one, id);
}

it('a vulnerability that a whole scan of ours does not find again is resolved', async () => {
  answer = () => found(['CVE-2026-0001', 'CVE-2026-0002'], 1);
  expect((await scanned()).findings).toMatchObject({ opened: 2 });
  answer = () => found(['CVE-2026-0002'], 2);
  expect(await scanned()).toMatchObject({
    status: 'completed',
    findings: { opened: 0, resolved: 1, unchanged: 1, stale: 0 },
  });
});

it('one that a scan with gaps does not find again stays, as stale', async () => {
  answer = () => found(['CVE-2026-0001', 'CVE-2026-0002'], 1);
  await scanned();
  answer = () => ({ ...found(['CVE-2026-0002'], 2), ended: 'timed_out', exitCode: null });
  const scan = await scanned();
  expect(scan.status).toBe('partial');
  expect(scan.findings).toMatchObject({ resolved: 0 });
});
