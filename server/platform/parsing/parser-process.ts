import { type ChildProcess, fork } from 'node:child_process';
import { InvalidInputError, UnavailableError } from '../errors.js';
import type { ParseLimits } from './parser.js';
import { fromParserError, type ParserAnswer, type ParserRequest } from './parser-messages.js';
import { MAX_PARTS_SENT } from './run-parsers.js';
import { ParserFaultError } from './unreadable.js';

export interface ParseCall {
  /** Named in errors. */
  fileName: string;
  /** Ends the parser. */
  signal?: AbortSignal;
  limits: ParseLimits;
  onPart: (part: unknown) => void | Promise<void>;
}

/** How V8 ends a process that reaches its heap limit; it writes why first. */
const OUT_OF_MEMORY = /heap out of memory|invalid (?:table|array|string) (?:size|length)/i;
const MAX_COMPLAINT = 16_384;

/** A process that parses one file at a time. One that reaches a limit is killed and not used again. */
export class ParserProcess {
  readonly #child: ChildProcess;
  readonly #limits: ParseLimits;
  #complaint = '';
  #call: RunningCall | null = null;
  #gone = false;

  constructor(entry: string, limits: ParseLimits) {
    this.#limits = limits;
    const { TZ } = process.env;
    this.#child = fork(entry, [], {
      execArgv: [`--max-old-space-size=${limits.maxHeapMb}`],
      // It needs none of the server's secrets.
      env: TZ === undefined ? {} : { TZ },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString('latin1')).slice(-MAX_COMPLAINT);
    });
    this.#child.on('message', (answer) => this.#call?.take(answer as ParserAnswer));
    this.#child.on('error', (cause) => {
      this.#end(new UnavailableError('a parser process could not be started', {}, { cause }));
    });
    // Not `exit`: what it wrote before is read by then.
    this.#child.on('close', (code, signal) => this.#end(this.#endedBy(signal ?? `exit ${code}`)));
  }

  get isGone(): boolean {
    return this.#gone;
  }

  get maxHeapMb(): number {
    return this.#limits.maxHeapMb;
  }

  async parse(name: string, input: unknown, call: ParseCall): Promise<unknown> {
    const { signal, fileName } = call;
    signal?.throwIfAborted();
    this.#keepAlive(true);
    const abort = () => this.#end(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        const send = (request: ParserRequest) => void this.#child.send(request, () => {});
        const fail = (error: unknown) => this.#end(error);
        this.#call = new RunningCall(call, { resolve, reject, fail, send });
        if (this.#gone) return reject(new UnavailableError('a parser process ended'));
        send({ parse: name, input, fileName });
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#call?.stop();
      this.#call = null;
      this.#keepAlive(false);
    }
  }

  /** Ends it at once. */
  kill(): void {
    this.#end(new UnavailableError('the server stops'));
  }

  #end(error: unknown): void {
    this.#gone = true;
    this.#child.kill('SIGKILL');
    this.#call?.reject(error);
  }

  /** An idle process does not keep the server from ending. */
  #keepAlive(isBusy: boolean): void {
    const { channel } = this.#child;
    if (isBusy) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
      (this.#child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
    }
  }

  /** `how`: the signal, or the exit code. */
  #endedBy(how: string): Error {
    const fileName = this.#call?.fileName ?? 'file';
    // The kernel kills the process that uses most when memory is short.
    if (OUT_OF_MEMORY.test(this.#complaint) || how === 'SIGKILL') {
      return limitError(fileName, `needs more than ${this.#limits.maxHeapMb} MB of memory`);
    }
    const message = `${fileName}: cannot be read: its parser ended (${how}); see the server log`;
    return new ParserFaultError(message, { type: `parser process: ${how}`, stack: '' });
  }
}

export function limitError(fileName: string, what: string): InvalidInputError {
  const message = `reading it ${what}, the limit for such a file`;
  return new InvalidInputError(`${fileName}: ${message}`, { errors: [{ path: 'file', message }] });
}

interface Ends {
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  /** Ends the process too. */
  fail: (error: unknown) => void;
  send: (request: ParserRequest) => void;
}

/** Takes what a parser sends, part after part, and watches its time. */
class RunningCall {
  #parts: Promise<void> = Promise.resolve();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: ParseCall,
    private readonly ends: Ends,
  ) {
    this.#watch();
  }

  get fileName(): string {
    return this.call.fileName;
  }

  take(answer: ParserAnswer): void {
    const { resolve, reject } = this.ends;
    if ('part' in answer) this.#part(answer.part);
    else {
      this.stop();
      if ('error' in answer) reject(fromParserError(answer.error));
      else void this.#parts.then(() => resolve(answer.result));
    }
  }

  reject(error: unknown): void {
    this.stop();
    this.ends.reject(error);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #part(part: unknown): void {
    this.#waiting += 1;
    this.#watch();
    this.#parts = this.#parts.then(async () => {
      try {
        await this.call.onPart(part);
      } catch (error) {
        this.ends.fail(error);
        return new Promise(() => {});
      }
      this.#waiting -= 1;
      this.#watch();
      this.ends.send({ taken: true });
    });
  }

  /** A parser with enough parts on their way waits for us: that time is not its own. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting >= MAX_PARTS_SENT) return;
    const { maxMs } = this.call.limits;
    const late = () =>
      this.ends.fail(limitError(this.fileName, `takes more than ${maxMs / 1_000} s`));
    this.#timer = setTimeout(late, maxMs);
  }
}
