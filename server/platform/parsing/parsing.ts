import { availableParallelism } from 'node:os';
import { maskedTexts } from '../masked-texts.js';
import type { Parser } from './parser.js';
import { ParserProcess } from './parser-process.js';

const IDLE_MS = 10_000;

export interface ParseOptions<Part> {
  /** Named in errors. */
  fileName: string;
  /** Ends the parser, with the signal's reason. */
  signal?: AbortSignal;
  /** Called with one part at a time, in their order. */
  onPart?: (part: Part) => void | Promise<void>;
}

export interface ParsingOptions {
  /** The program of parser processes; null: parses in this process. */
  entry: string | null;
  maxProcesses?: number;
  /** Masks secrets in what parsers return. Left out: texts stay as they are. */
  maskText?: (text: string) => string;
  /** In place of those of the parsers. */
  limits?: Partial<Parser<never, never>['limits']>;
}

/**
 * Runs parsers in processes apart, so that a file which takes long stalls no other request, and one that needs too
 * much memory ends its parser only: V8 ends the whole process at a heap limit, also at that of a worker thread.
 * Processes start when they are needed and end when they are idle. Commands parse in their own process.
 */
export class Parsing {
  readonly #entry: string | null;
  readonly #maxProcesses: number;
  readonly #mask: (text: string) => string;
  readonly #limits: ParsingOptions['limits'];
  readonly #idle = new Map<ParserProcess, NodeJS.Timeout>();
  readonly #busy = new Set<ParserProcess>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor({ entry, maxProcesses, maskText = String, limits }: ParsingOptions) {
    this.#entry = entry;
    this.#mask = maskText;
    this.#maxProcesses = maxProcesses ?? Math.max(3, availableParallelism());
    this.#limits = limits;
  }

  /** Without the secrets in the file's texts. Throws InvalidInputError that names the file and the limit when the parser reaches one. */
  async run<Input, Result, Part>(
    parser: Parser<Input, Result, Part>,
    input: Input,
    { onPart = () => {}, ...options }: ParseOptions<Part>,
  ): Promise<Result> {
    const masked = <T>(value: T) => (parser.texts ? value : maskedTexts(value, this.#mask));
    const onMasked = (part: Part) => onPart(masked(part));
    return masked(await this.#parse(parser, input, { ...options, onPart: onMasked }));
  }

  async #parse<Input, Result, Part>(
    parser: Parser<Input, Result, Part>,
    input: Input,
    { fileName, signal, onPart }: Required<Pick<ParseOptions<Part>, 'onPart'>> & ParseOptions<Part>,
  ): Promise<Result> {
    if (this.#entry === null) {
      return parser.parse(input, { signal, emit: async (part) => onPart(part) });
    }
    const limits = { ...parser.limits, ...this.#limits };
    await this.#turn(signal);
    const process = this.#take(this.#entry, limits);
    try {
      const take = (part: unknown) => onPart(part as Part);
      const call = { fileName, signal, limits, onPart: take };
      return (await process.parse(parser.name, input, call)) as Result;
    } finally {
      this.#leave(process);
    }
  }

  /** Ends all parsers. */
  close(): void {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const process of [...this.#idle.keys(), ...this.#busy]) process.kill();
    this.#idle.clear();
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    if (this.#running >= this.#maxProcesses) {
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          this.#queue.splice(this.#queue.indexOf(enter), 1);
          reject(signal?.reason);
        };
        signal?.throwIfAborted();
        signal?.addEventListener('abort', leave, { once: true });
        this.#queue.push(enter);
      });
    } else this.#running += 1;
  }

  #take(entry: string, limits: Parser<never, never>['limits']): ParserProcess {
    const known = [...this.#idle.keys()].find(({ maxHeapMb }) => maxHeapMb === limits.maxHeapMb);
    if (known) {
      clearTimeout(this.#idle.get(known));
      this.#idle.delete(known);
    }
    const process = known && !known.isGone ? known : new ParserProcess(entry, limits);
    this.#busy.add(process);
    return process;
  }

  #leave(process: ParserProcess): void {
    this.#busy.delete(process);
    if (!process.isGone) {
      const end = () => {
        this.#idle.delete(process);
        process.kill();
      };
      this.#idle.set(process, setTimeout(end, IDLE_MS).unref());
    }
    const next = this.#queue.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
