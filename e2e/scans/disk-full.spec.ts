import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getHealth } from '../../contract/platform.js';
import { ScriptedProwler } from '../../server/testing/scripted-prowler.js';
import { addAccount } from './an-account.js';
import { Product } from './product.js';

const REGION = 'zz-good-1';
const CHECK = 'ec2_ebs_default_encryption';
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)(
  'a full disk in the scanners’ output folder (needs root, to mount a small one)',
  () => {
    let prowler: ScriptedProwler;
    let product: Product;
    let accountId: string;
    let runs: string;

    beforeAll(async () => {
      prowler = await ScriptedProwler.create();
      await prowler.expects([CHECK]);
      product = await Product.make({
        PATH: `${prowler.folder}:${process.env.PATH}`,
        DOCKER_HOST: 'unix:///nowhere/docker.sock',
      });
      runs = join(product.folder.env.DATA_DIR ?? '', 'native-runs');
      await mkdir(runs, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', runs]);
      await product.serve('api');
      await product.serve('worker');
      accountId = (await addAccount(product, [REGION])).id;
    });
    afterAll(async () => {
      for (const served of [...product.processes]) await product.stop(served);
      execFileSync('umount', [runs]);
      await product.remove();
      await prowler.remove();
    });
    const scanned = () => product.scanned({ kind: 'cloud', accountId });
    const row = (status: 'PASS' | 'FAIL') => [{ check: CHECK, resource: 'a', status }];

    test('that fills while the tool writes fails the scan with that reason and changes no finding', async () => {
      await prowler.reports(REGION, row('FAIL'));
      expect(await scanned()).toMatchObject({ status: 'completed', results: 1 });
      // The report does not fit the remaining space and ends in the middle of its only row.
      await prowler.reports(REGION, row('PASS'));
      await prowler.does(
        REGION,
        `head -c 3000000 /dev/zero >"$out/big"
cp "$here/${REGION}.json" "$out/report.ocsf.json" || exit 1`,
      );
      const scan = await scanned();
      expect(scan).toMatchObject({ status: 'failed', results: 0, findings: { resolved: 0 } });
      expect(scan.problem).toMatch(/disk is full|No space left/i);
      expect(await product.findings({ status: 'open' })).toHaveLength(1);
      expect(await product.leftovers()).toEqual([]);
    });

    test('that is full before the tool starts fails the scan with that reason, and nothing else', async () => {
      const big = join(runs, '.others');
      await writeFile(big, Buffer.alloc(3_000_000)).catch(() => undefined);
      const scan = await scanned();
      expect(scan.status).toBe('failed');
      expect(scan.problem).toMatch(/disk is full/i);
      const { modules, databases } = await product.call(getHealth);
      expect(modules.every(({ status }) => status === 'available')).toBe(true);
      expect(databases.every(({ ok }) => ok)).toBe(true);
      await writeFile(big, '');
      await prowler.reports(REGION, row('PASS'));
      expect(await scanned()).toMatchObject({ status: 'completed', findings: { resolved: 1 } });
    });
  },
);

if (!isRoot) console.warn('a full disk is NOT TESTED: mounting one needs root');
