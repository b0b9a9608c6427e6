import { AppError, InvalidInputError } from '../errors.js';
import type { Fault } from './fault.js';
import { asUnreadable, isOfSystem, ParserFaultError } from './unreadable.js';

/** What the server sends to a parser process. */
export type ParserRequest =
  | { parse: string; input: unknown; fileName: string }
  /** A part has been taken. */
  | { taken: true };

/** What a parser process returns. */
export type ParserAnswer = { part: unknown } | { result: unknown } | { error: ParserErrorMessage };

/** An error without its class, which does not pass between processes. */
interface ParserErrorMessage {
  message: string;
  /** Of an `AppError`. */
  status?: number;
  code?: string;
  details?: Readonly<Record<string, unknown>>;
  fault?: Fault;
  /** Of an error of the system. */
  syscall?: string;
}

export function toParserError(error: unknown, fileName: string): ParserErrorMessage {
  const mapped = asUnreadable(error, fileName);
  if (mapped instanceof ParserFaultError) return { message: mapped.message, fault: mapped.fault };
  if (mapped instanceof AppError) {
    const { message, status, code, details } = mapped;
    return { message, status, code, details };
  }
  const { message = String(mapped), code, syscall } = mapped as NodeJS.ErrnoException;
  return isOfSystem(mapped) ? { message, code, syscall } : { message };
}

export function fromParserError(given: ParserErrorMessage): Error {
  const { message, status, code = 'error', details, fault, syscall } = given;
  if (fault) return new ParserFaultError(message, fault);
  if (status === 422) return new InvalidInputError(message, details);
  if (status !== undefined) return new AppError(status, code, message, details);
  return Object.assign(new Error(message), { code, ...(syscall !== undefined && { syscall }) });
}
