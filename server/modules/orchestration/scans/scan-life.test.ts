import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../platform/errors.js';
import { NativeRunner } from '../../../scanners/runners/native-runner.js';
import { ScriptedProwler } from '../../../testing/scripted-prowler.js';
import { anActor } from '../../../testing/test-core.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { scanCompleted, scanStarted } from '../index.js';

const CHECK = 's3_bucket_public';
const OTHER = 's3_bucket_encryption';

const LOGGED =
  '{"timestamp": "2026-01-01", "filename": "s3.py:1", "level": "ERROR", "module": "s3_service", "message": "eu-west-1 -- ClientError[12]: An error occurred (AccessDenied) when calling GetBucketAcl"}';

let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;

beforeEach(async () => {
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
  test = await TestScans.create({
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
});
afterEach(async () => {
  await test.close();
  await prowler.remove();
});

const scan = async (regions = ['eu-west-1']) => {
  const account = await test.anAccount(one, regions);
  return one.orchestration.scans.start(test.actor, { kind: 'cloud', accountId: account.id });
};
const findings = async () => (await test.scans.findings.list(test.actor, {}, 100)).items;
const leftovers = async () => {
  const found = await readdir(join(test.folder, 'runs'), { recursive: true }).catch(() => []);
  return found.filter((name) => name !== '.running');
};

describe('a scan', () => {
  it('runs a sub-job per region and imports their reports', async () => {
    const emitted: string[] = [];
    test.platform.events.on(scanStarted, () => void emitted.push('started'));
    test.platform.events.on(scanCompleted, ({ status }) => void emitted.push(status));
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }]);
    await prowler.reports(
      'us-east-1',
      [
        { check: CHECK, resource: 'b' },
        { check: CHECK, resource: 'c', status: 'PASS' },
      ],
      'exit 3',
    );
    const { id, status, subJobs } = await scan(['eu-west-1', 'us-east-1']);
    expect(['queued', 'running']).toContain(status);
    expect(subJobs.map(({ name }) => name)).toEqual(['eu-west-1', 'us-east-1']);
    const ended = await test.until(one, id);
    expect(ended).toMatchObject({
      status: 'completed',
      progress: 1,
      problem: null,
      results: 3,
      findings: { opened: 2 },
    });
    expect(ended.subJobs[1]).toMatchObject({
      status: 'completed',
      outcome: 'succeeded',
      attempt: 1,
      coverage: { unit: 'checks', expected: 1, evidenced: 1 },
      log: ['scanning us-east-1'],
    });
    expect((await findings()).map(({ resourceUid }) => resourceUid).sort()).toEqual(['a', 'b']);
    expect(emitted).toEqual(['started', 'completed']);
    // The status is stored first, the folder is removed after it.
    await expect.poll(leftovers).toEqual([]);
  });

  it('is linked with its imports, whose actor is the scanner', async () => {
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }]);
    const { id, subJobs } = await test.until(one, (await scan()).id);
    const links = await test.platform.references.linkedWith(test.actor, { kind: 'scan', id });
    expect(links).toEqual([
      {
        thing: { kind: 'import', id: subJobs[0]?.importId },
        relation: `sub-job ${subJobs[0]?.id}`,
      },
    ]);
    const item = await test.scans.imports.get(test.actor, subJobs[0]?.importId ?? '');
    expect(item).toMatchObject({ actor: 'scanner', status: 'completed' });
  });

  it('is rejected while any process scans its target, and accepted afterwards', async () => {
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }], 'sleep 1; exit 0');
    const two = await test.process({ work: false });
    const account = await test.anAccount(one);
    const request = { kind: 'cloud' as const, accountId: account.id };
    const asked = [one, two, one, two].map(({ orchestration }) =>
      orchestration.scans.start(test.actor, request),
    );
    const settled = await Promise.allSettled(asked);
    const started = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(started).toHaveLength(1);
    const [{ id } = { id: '' }] = started;
    for (const error of refused) {
      expect(error).toBeInstanceOf(ConflictError);
      expect(error).toMatchObject({ details: { scanId: id } });
      expect(error.message).toContain(id);
    }
    expect((await two.orchestration.scans.estimate(test.actor, request)).runningScanId).toBe(id);
    await test.until(one, id);
    const next = await two.orchestration.scans.start(test.actor, request);
    expect((await test.until(one, next.id)).status).toBe('completed');
    const guess = await one.orchestration.scans.estimate(test.actor, request);
    expect(guess).toMatchObject({ basedOn: 2, runningScanId: null });
    expect(guess.estimateMs).toBeGreaterThan(900);
  });

  it('is not found by another team', async () => {
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }]);
    const { id, request } = await scan();
    const stranger = anActor('b');
    const { scans } = one.orchestration;
    const missing = { status: 404 };
    await expect(scans.get(stranger, id)).rejects.toMatchObject(missing);
    await expect(scans.cancel(stranger, id)).rejects.toMatchObject(missing);
    await expect(scans.retry(stranger, id)).rejects.toMatchObject(missing);
    await expect(scans.start(stranger, request)).rejects.toMatchObject(missing);
    expect((await scans.list(stranger, {}, 10)).items).toEqual([]);
    await test.until(one, id);
  });
});

describe('a scan with a failed sub-job', () => {
  beforeEach(async () => {
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }]);
    await prowler.does('us-east-1', 'echo "invalid security token" >&2; exit 1');
  });

  it('is partial, keeps its results, and says what failed where', async () => {
    const ended = await test.until(one, (await scan(['eu-west-1', 'us-east-1'])).id);
    expect(ended.status).toBe('partial');
    expect(ended.problem).toMatch(/^us-east-1: Prowler failed \(exit 1\)/);
    expect(ended.subJobs.map(({ status }) => status)).toEqual(['completed', 'failed']);
    expect(await findings()).toHaveLength(1);
  });

  it('reruns only the failed sub-job when it is retried', async () => {
    const { id } = await test.until(one, (await scan(['eu-west-1', 'us-east-1'])).id);
    await prowler.reports('us-east-1', [{ check: CHECK, resource: 'b' }]);
    const { scans } = one.orchestration;
    const first = (await scans.get(test.actor, id)).subJobs[0];
    await expect(scans.retry(test.actor, id, first?.id)).rejects.toThrow(/did not fail/);
    const again = await scans.retry(test.actor, id);
    expect(again.subJobs[0]).toMatchObject({ status: 'completed', importId: first?.importId });
    await expect(scans.retry(test.actor, id)).rejects.toThrow(ConflictError);
    const ended = await test.until(one, id);
    expect(ended).toMatchObject({ status: 'completed', problem: null, results: 2 });
    expect(ended.subJobs.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(await findings()).toHaveLength(2);
    await expect(scans.retry(test.actor, id)).rejects.toThrow(/no sub-job .* failed/);
  });

  it('does not judge absence by a sub-job with gaps', async () => {
    await prowler.expects([CHECK, OTHER]);
    const rows = [CHECK, OTHER].flatMap((check) => [
      { check, resource: 'a' },
      { check, resource: 'b' },
    ]);
    await prowler.reports('eu-west-1', rows);
    const account = await test.anAccount(one);
    const request = { kind: 'cloud' as const, accountId: account.id };
    const { scans } = one.orchestration;
    expect((await test.until(one, (await scans.start(test.actor, request)).id)).status).toBe(
      'completed',
    );
    test.clock.move(1_000);
    const denied = `printf '%s\\n' '${LOGGED}' >>"$out/prowler.log"`;
    await prowler.reports('eu-west-1', [{ check: CHECK, resource: 'a' }], `${denied}\nexit 0`);
    const ended = await test.until(one, (await scans.start(test.actor, request)).id);
    expect(ended).toMatchObject({ status: 'partial', findings: { resolved: 0, unchanged: 1 } });
    expect(await findings()).toHaveLength(4);
    await prowler.reports(
      'eu-west-1',
      [CHECK, OTHER].map((check) => ({ check, resource: 'a' })),
    );
    const whole = await test.until(one, (await scans.start(test.actor, request)).id);
    expect(whole).toMatchObject({ status: 'completed', findings: { resolved: 2, unchanged: 2 } });
  });
});
