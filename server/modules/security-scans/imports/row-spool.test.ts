import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outageIn } from '../../../platform/outages/outage.js';
import type { ReportRow } from '../../../scanners/rows/report.js';
import { RowSpool } from './row-spool.js';

/** Takes no byte, like a full disk. */
const FULL = '/dev/full';

test.skipIf(!existsSync(FULL))(
  'on a full disk, adding and reading fail as an outage each time, and never wait',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cspm-spool-'));
    const path = join(folder, 'rows');
    await symlink(FULL, path);
    const spool = new RowSpool(path);
    const row = { check: { id: 'x' }, evidence: 'long '.repeat(20_000) } as unknown as ReportRow;
    const away = (error: unknown) => outageIn(error);
    const isFull = {
      store: 'disk',
      reason: expect.stringContaining('the disk of DATA_DIR is full'),
    };
    try {
      for (let n = 0; n < 3; n += 1)
        expect(await spool.add([{ identity: 'one', row }]).catch(away)).toEqual(isFull);
      expect(await spool.read(10)[Symbol.asyncIterator]().next().catch(away)).toEqual(isFull);
    } finally {
      await spool.remove();
      await rm(folder, { recursive: true });
    }
  },
);
