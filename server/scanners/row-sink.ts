import type { ReadOptions, ReadOutcome, ReportFormat, ReportRow } from './report.js';
import type { Reading } from './tools/prowler/index.js';

const BATCH_ROWS = 500;

/** Where in the file something is: `byte 120 (line 4)`, `line 7`. */
export type Position = string;

/** Hands rows on in batches and keeps count of what did not fit. */
export class RowSink {
  #rows: ReportRow[] = [];
  #results = 0;
  #rejected = 0;
  #firstRejection = '';
  #toolVersion: string | null = null;

  constructor(private readonly options: ReadOptions) {}

  get results(): number {
    return this.#results;
  }
  get seen(): number {
    return this.#results + this.#rejected;
  }
  get firstRejection(): string {
    return this.#firstRejection;
  }

  add(reading: Reading, number: number, position: Position): void {
    if ('rejected' in reading) {
      this.reject(number, position, reading.rejected);
      return;
    }
    this.#rows.push(reading.row);
    this.#results += 1;
    this.#toolVersion ??= reading.toolVersion;
  }

  reject(number: number, position: Position, why: string): void {
    this.#rejected += 1;
    if (this.#rejected === 1) this.#firstRejection = `result ${number} at ${position}: ${why}`;
  }

  /** Hands on a full batch, or what there is when `force` says so. */
  async flush(force = false): Promise<void> {
    if (this.#rows.length === 0 || (!force && this.#rows.length < BATCH_ROWS)) return;
    const rows = this.#rows;
    this.#rows = [];
    await this.options.onRows(rows);
  }

  outcome(format: ReportFormat, fileProblem: string | null): ReadOutcome {
    const { fileName } = this.options;
    const problems = [
      ...(fileProblem ? [`${fileName} ${fileProblem}`] : []),
      ...(this.#rejected > 0
        ? [
            `${this.#rejected} of ${this.seen} results of ${fileName} were not read; the first is ${this.#firstRejection}`,
          ]
        : []),
    ];
    return {
      tool: 'prowler',
      format,
      toolVersion: this.#toolVersion,
      results: this.#results,
      rejected: this.#rejected,
      partial: problems.length > 0,
      problem: problems.length > 0 ? problems.join('. ') : null,
    };
  }
}
