import {
  AppError,
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from '../errors.js';
import { WriteTooLateError } from './write-fence.js';

/** A serialised error for transfer between threads, which loses classes. */
export interface ErrorMessage {
  name: string;
  message: string;
  stack: string | undefined;
  details: Readonly<Record<string, unknown>>;
}

const KINDS = { ConflictError, ForbiddenError, InvalidInputError, NotFoundError, UnavailableError };

export function toErrorMessage(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, details: {} };
  }
  const details = error instanceof AppError ? error.details : {};
  return { name: error.name, message: error.message, stack: error.stack, details };
}

export function fromErrorMessage(message: ErrorMessage): Error {
  if (message.name === 'WriteTooLateError') return new WriteTooLateError(message.message);
  if (Object.hasOwn(KINDS, message.name)) {
    const Kind = KINDS[message.name as keyof typeof KINDS];
    return new Kind(message.message, message.details);
  }
  const error =
    message.name === 'TypeError' ? new TypeError(message.message) : new Error(message.message);
  if (message.stack) error.stack = message.stack;
  return error;
}
