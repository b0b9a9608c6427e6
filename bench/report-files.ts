import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import {
  type ProwlerReportOptions,
  prowlerReport,
} from '../server/scanners/testing/prowler-report-generator.js';

export interface ReportFile {
  path: string;
  mb: number;
  findings: number;
}

/** Writes a generated report; compressed when its name ends in `.gz`. */
export async function writeReport(
  path: string,
  options: ProwlerReportOptions,
): Promise<ReportFile> {
  const source = Readable.from(prowlerReport(options), { objectMode: false });
  const target = createWriteStream(path);
  if (path.endsWith('.gz')) {
    await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), target);
  } else {
    await pipeline(source, target);
  }
  const { size } = await stat(path);
  return { path, mb: size / 1024 ** 2, findings: options.findings };
}
