import { AppError, InvalidInputError } from '../errors.js';
import { type Fault, faultOf } from './fault.js';
import { parserProblem } from './parser-error.js';

/** A parser failed with an unexpected error: a fault of ours, which is logged without the input. */
export class ParserFaultError extends InvalidInputError {
  constructor(
    message: string,
    readonly fault: Fault,
  ) {
    super(message);
  }
}

/**
 * The error to throw for an error of a parser, the one place where these are mapped: it names the file and the
 * place, and never quotes the content. Errors of our own, of the system and of signals stay as they are.
 */
export function asUnreadable(error: unknown, fileName = ''): unknown {
  if (error instanceof AppError || isOfSystem(error)) return error;
  const problem = parserProblem(error);
  if (problem) {
    const { at, message } = problem;
    const errors = [{ path: at ?? 'file', message }];
    const place = [fileName, at].filter(Boolean).join(': ') || 'file';
    return new InvalidInputError(`${place}: ${message}`, { errors });
  }
  const fault = faultOf(error);
  return new ParserFaultError(
    `${fileName || 'file'}: cannot be read: its parser failed (${fault.type}); see the server log`,
    fault,
  );
}

/** What a result is rejected for when its reader fails on it. */
export function faultReason({ type }: Fault): string {
  return `cannot be read: its reader failed (${type})`;
}

/** Errors of files and streams, and of signals. */
export function isOfSystem(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || error.name === 'AbortError' || error.name === 'TimeoutError';
}
