import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

const NAME = 'aws-sample.ocsf.json';
const DAY_MS = 86_400_000;

/**
 * The real sample of Prowler as if its scan had ended eight days ago: results expire, and what a test sees must not
 * depend on the day on which it runs. For products on the real clock; a copy for each process.
 */
export const SAMPLE = datedCopy(new Date(Date.now() - 8 * DAY_MS));

function datedCopy(at: Date): string {
  const folder = mkdtempSync(join(tmpdir(), 'cspm-sample-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const text = readFileSync(join(packageRoot, 'server/scanners/tools/prowler/fixtures', NAME));
  const path = join(folder, NAME);
  writeFileSync(path, JSON.stringify(dated(JSON.parse(text.toString()), at), null, 4));
  return path;
}

interface Row {
  time: number;
  time_dt: string;
  finding_info: { created_time: number; created_time_dt: string };
}

function dated(rows: readonly Row[], at: Date): Row[] {
  const seconds = Math.floor(at.getTime() / 1000);
  const text = at.toISOString().slice(0, -1);
  return rows.map((row) => ({
    ...row,
    ...{ time: seconds, time_dt: text },
    finding_info: { ...row.finding_info, created_time: seconds, created_time_dt: text },
  }));
}
