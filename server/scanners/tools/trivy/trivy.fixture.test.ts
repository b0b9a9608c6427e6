import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readReport } from '../../readers/read-report.js';
import type { ReportRow } from '../../rows/report.js';

it('reads a real report, and leaves out the lines next to a secret', async () => {
  const rows: ReportRow[] = [];
  const fileName = 'trivy-0.74-folder.json';
  const read = await readReport(createReadStream(join(import.meta.dirname, 'fixtures', fileName)), {
    fileName,
    onRows: (some) => void rows.push(...some),
  });
  expect(read).toMatchObject({ format: 'trivy-json', toolVersion: '0.74.0', partial: false });
  const found = rows.map(({ check, verdict, severity }) => `${check.id} ${verdict} ${severity}`);
  expect(found.sort()).toEqual([
    'CVE-2020-8203 fail high',
    'license:MIT manual low',
    'secret:aws-access-key-id fail critical',
    'secret:aws-secret-access-key fail critical',
  ]);
  expect(JSON.stringify(rows)).not.toContain('hunter2');
});
