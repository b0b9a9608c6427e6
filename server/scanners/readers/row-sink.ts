import { hash } from 'node:crypto';
import { Turns } from '../../platform/turns.js';
import type { FormatId, ReadOptions, ReadOutcome, ReportFacts, ReportRow } from '../rows/report.js';
import { short } from '../rows/row-texts.js';
import { toolFamily } from '../tools/registry.js';
import type { Reading } from './report-reader.js';

const BATCH_ROWS = 500;
/** A report of more tools names these and counts the rest. */
const MAX_TOOLS_NAMED = 5;
/** Rejected results with their place; others are only counted. */
const MAX_REJECTIONS = 50;
const MAX_REASON = 500;
/** Names of unread parts of one kind; others are only counted. */
const MAX_PARTS_NAMED = 5;

/** A position in the file: `byte 120 (line 4)`, `line 7`; null where only the result's number is known. */
export type Position = string;

/** Passes rows on in batches and counts rejected results. */
export class RowSink {
  #rows: ReportRow[] = [];
  #results = 0;
  #rejected = 0;
  readonly #rejections: { at: string; reason: string }[] = [];
  #toolVersion: string | null = null;
  readonly #unread = new Map<string, { count: number; names: Set<string> }>();
  readonly #tools = new Set<string>();
  readonly #contradictions: { count: number; first: string | null } = { count: 0, first: null };

  /** A document is read without any other pause. */
  readonly #turns = new Turns();

  constructor(private readonly options: ReadOptions) {}

  get results(): number {
    return this.#results;
  }
  get seen(): number {
    return this.#results + this.#rejected;
  }
  get firstRejection(): string {
    const [first] = this.#rejections;
    return first ? `${first.at}: ${first.reason}` : '';
  }

  /** `source`: the bytes or text that a result of its own is read from. */
  add(
    reading: Reading,
    number: number,
    position: Position | null,
    source?: Uint8Array | string,
  ): void {
    if ('rejected' in reading) {
      this.reject(number, reading.at ?? position, reading.rejected);
      return;
    }
    if ('unread' in reading) {
      const known = this.#unread.get(reading.unread) ?? { count: 0, names: new Set() };
      known.count += reading.count;
      if (reading.name && known.names.size <= MAX_PARTS_NAMED) known.names.add(short(reading.name));
      this.#unread.set(reading.unread, known);
      return;
    }
    if (reading.contradiction !== undefined) {
      this.contradict({ first: reading.contradiction }, { number, position });
    }
    if (source !== undefined) reading.row.source = hash('sha1', source, 'base64').slice(0, 22);
    this.#rows.push(reading.row);
    this.#results += 1;
    this.#toolVersion ??= reading.toolVersion;
    this.#tools.add(reading.row.tool);
  }

  /** Notes that a result states its verdict in two ways. */
  contradict(
    { first, count = 1 }: { first: string; count?: number },
    { number, position }: { number?: number; position?: Position | null } = {},
  ): void {
    this.#contradictions.count += count;
    this.#contradictions.first ??= `${number === undefined ? '' : `${placeOf(number, position)}: `}${short(first)}`;
  }

  reject(number: number, position: Position | null, why: string): void {
    this.#rejected += 1;
    if (this.#rejections.length === MAX_REJECTIONS) return;
    this.#rejections.push({
      at: placeOf(number, position),
      reason: why.slice(0, MAX_REASON),
    });
  }

  /** True when a batch is full and `flush` is due. */
  get isFull(): boolean {
    return this.#rows.length >= BATCH_ROWS;
  }

  /** Passes on a full batch, or with `force` also a smaller one. */
  async flush(force = false): Promise<void> {
    if (this.#rows.length === 0 || (!force && !this.isFull)) return;
    const rows = this.#rows;
    this.#rows = [];
    await this.options.onRows(rows);
    await this.#turns.next();
  }

  outcome(format: FormatId, fileProblem: string | null, facts?: ReportFacts): ReadOutcome {
    const { fileName } = this.options;
    const contradictions = { ...this.#contradictions, first: this.#contradictions.first ?? '' };
    const problems = [
      ...(fileProblem ? [`${fileName} ${fileProblem}`] : []),
      ...(facts?.completed === false
        ? [`${fileName}: the tool's own run did not end properly${reasonsIn(facts)}`]
        : []),
      ...(this.#rejected > 0
        ? [
            `${this.#rejected} of ${this.seen} results of ${fileName} were not read; the first is ${this.firstRejection}`,
          ]
        : []),
    ];
    return {
      tool: this.#toolNames(format, facts),
      format,
      // With several tools there is no single version.
      toolVersion: this.#tools.size > 1 ? null : (this.#toolVersion ?? facts?.toolVersion ?? null),
      results: this.#results,
      rejected: this.#rejected,
      rejections: this.#rejections,
      unread: [...this.#unread].map(([kind, { count, names }]) => ({
        what: `${kind}${named([...names])}`,
        count,
      })),
      partial: problems.length > 0,
      problem: problems.length > 0 ? problems.join('. ') : null,
      ...(facts ? { facts } : {}),
      ...(contradictions.count > 0 && { contradictions }),
    };
  }

  #toolNames(format: FormatId, facts?: ReportFacts): string {
    const names = [
      ...new Set([...this.#tools, ...(facts?.places ?? []).map(({ tool }) => tool)]),
    ].sort();
    const more = names.length - MAX_TOOLS_NAMED;
    const shown = names.slice(0, MAX_TOOLS_NAMED).join(', ');
    return more > 0 ? `${shown} and ${more} more` : shown || toolFamily(format);
  }
}

function placeOf(number: number, position?: Position | null): string {
  return `result ${number}${position ? ` at ${position}` : ''}`;
}

function named(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, MAX_PARTS_NAMED).join(', ');
  return names.length > MAX_PARTS_NAMED ? ` (${shown} and others)` : ` (${shown})`;
}

function reasonsIn({ skipped }: ReportFacts): string {
  const [first] = skipped;
  return first ? `: ${first.what}: ${first.why}`.slice(0, 300) : '';
}
