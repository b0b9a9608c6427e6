import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { asDiskOutage } from '../../../platform/outages/file-problem.js';
import type { ReportRow } from '../../../scanners/rows/report.js';

/** A row without its check, which the survey keeps once. */
export type SpooledRow = Omit<ReportRow, 'check' | 'tool'> & { checkId: string };

export interface Spooled {
  identity: string;
  /** See `formerIdentityOf`; left out when it is the same. */
  former?: string;
  row: SpooledRow;
}

/**
 * Keeps a report's rows on disk between reading and applying. A report is read to its end before anything is
 * stored, so that a broken one does not change half of the data, and memory does not grow with it.
 */
export class RowSpool {
  readonly #out: WriteStream;

  constructor(private readonly path: string) {
    this.#out = createWriteStream(path, { mode: 0o600 });
    // Reading reports it; an import that failed before does not read.
    this.#out.on('error', () => {});
  }

  async add(
    rows: readonly (Pick<Spooled, 'identity' | 'former'> & { row: ReportRow })[],
  ): Promise<void> {
    let lines = '';
    for (const { identity, former, row } of rows) {
      // JSON leaves out what is undefined.
      const stored = { checkId: row.check.id, ...row, check: undefined, tool: undefined };
      lines += `${JSON.stringify({ identity, former, row: stored })}\n`;
    }
    try {
      // A stream that has failed never drains.
      if (this.#out.errored) throw this.#out.errored;
      if (!this.#out.write(lines)) await once(this.#out, 'drain');
    } catch (error) {
      throw asDiskOutage(error);
    }
  }

  /** Ends writing and returns the rows in batches, in their original order. */
  async *read(batchSize: number): AsyncIterable<Spooled[]> {
    this.#out.end();
    await finished(this.#out).catch((error: unknown) => {
      throw asDiskOutage(error);
    });
    let batch: Spooled[] = [];
    for await (const line of createInterface({ input: createReadStream(this.path) })) {
      batch.push(JSON.parse(line) as Spooled);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async remove(): Promise<void> {
    this.#out.destroy();
    await rm(this.path, { force: true });
  }
}
