import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { CloudCredentials } from '../../../contract/cloud-security.js';
import type { ScanTarget } from '../../../contract/scan-targets.js';
import { systemClock } from '../../platform/clock.js';
import { readReport } from '../readers/read-report.js';
import type { ReportRow } from '../rows/report.js';
import type { Runner } from '../runners/runner.js';
import { type ScanEnd, scanOnce } from '../runs/scan-once.js';
import { createScanTools } from '../runs/scan-tools.js';
import type { UnitOptions } from '../runs/scanner.js';
import { ToolQuestions } from '../runs/tool-questions.js';
import type { ToolId } from '../runs/tool-run.js';
import type { ScanSettings } from '../tools/tool.js';

export interface RealScan {
  scanner: ToolId;
  target: ScanTarget;
  options?: UnitOptions;
  settings?: Partial<ScanSettings>;
  credentials?: CloudCredentials;
  addresses?: string[];
  /** Parent of a built-in scanner's output folder; other tools use their runner's. */
  outputFolder?: string;
}

export interface Scanned extends ScanEnd {
  rows: ReportRow[];
  lines: string[];
}

/** A scan from its target to its verdict with real parts, except for the database. */
export async function scannedFor(runner: Runner, scan: RealScan): Promise<Scanned> {
  const settings = { allowedFolders: [], ...scan.settings };
  const scanner = createScanTools(settings).get(scan.scanner);
  if (!scanner) throw new Error(`there is no scanner ${scan.scanner}`);
  const rows: ReportRow[] = [];
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const questions = new ToolQuestions({ runner, clock: systemClock });
  const end = await scanOnce(
    { runner, questions, outputFolder: scan.outputFolder ?? '/nowhere' },
    {
      scanner,
      unit: {
        scanner: scan.scanner,
        name: 'one',
        target: scan.target,
        options: scan.options ?? {},
      },
      material: {
        credentials: scan.credentials ?? null,
        declared: { ranges: [], names: [] },
        addresses: scan.addresses ?? [],
      },
      runId: `real-${randomBytes(4).toString('hex')}`,
      signal,
      onLine: (line) => lines.push(line),
      take: async (report, judge) => {
        const read = await readReport(createReadStream(report), {
          fileName: 'report',
          onRows: (some) => void rows.push(...some),
        });
        judge({ read, rows, checkIds: new Set(rows.map((row) => row.check.id)) });
      },
    },
  );
  return { ...end, rows, lines };
}

/** A fake access key, generated so that no file of this repository appears to contain one. */
export function secretText(): string {
  const letters = (count: number, of: string) =>
    Array.from(randomBytes(count), (byte) => of[byte % of.length]).join('');
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const secret = letters(40, `${upper}abcdefghijklmnopqrstuvwxyz`);
  return `aws_access_key_id=AKIA${letters(16, upper)}\naws_secret_access_key=${secret}`;
}
