/** How much one file may cost. A parser that takes longer or needs more is ended, and its file is refused. */
export interface ParseLimits {
  /** Until it returns, or until it emits its next part; without the time that the receiver of parts takes. */
  maxMs: number;
  maxHeapMb: number;
}

export interface ParseContext<Part> {
  /** Passes a part on, and waits while its receiver is busy. */
  emit(part: Part): Promise<void>;
  signal?: AbortSignal;
}

/**
 * A pure function that reads a file of others. It may run in a process apart: what it takes, returns and emits is
 * plain data, and it errors with an `AppError`.
 */
export interface Parser<Input, Result, Part = never> {
  /** By which another process finds it: `catalogue.framework-file`. */
  name: string;
  limits: ParseLimits;
  /**
   * Why the texts that it passes on are taken as they are: it masks secrets itself, or what it reads is published
   * under a licence that wants it unchanged. Left out: secrets are masked.
   */
  texts?: 'masked' | 'verbatim';
  parse(input: Input, context: ParseContext<Part>): Result | Promise<Result>;
}

/** Of documents that people upload and wait for. */
export const DOCUMENT_LIMITS: ParseLimits = { maxMs: 60_000, maxHeapMb: 512 };
/** Of reports of any size. */
export const REPORT_LIMITS: ParseLimits = { maxMs: 120_000, maxHeapMb: 2_048 };

export function parser<Input, Result, Part = never>(
  name: string,
  parse: Parser<Input, Result, Part>['parse'],
  limits: ParseLimits = DOCUMENT_LIMITS,
  more: Pick<Parser<Input, Result, Part>, 'texts'> = {},
): Parser<Input, Result, Part> {
  return { name, limits, parse, ...more };
}

// biome-ignore lint/suspicious/noExplicitAny: stands for a parser of any shape in lists
export type AnyParser = Parser<any, any, any>;
