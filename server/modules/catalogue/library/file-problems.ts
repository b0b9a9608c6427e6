import { AppError, InvalidInputError } from '../../../platform/errors.js';
import { asUnreadable, ParserFaultError } from '../../../platform/parsing/unreadable.js';

/** A problem in an uploaded file and its place: `line 4, controls`, or `requirements[3] (A.1).title`. */
export interface FileProblem {
  at: string;
  message: string;
}

/** Problems reported per file. */
export const MAX_PROBLEMS = 50;
const MAX_IN_MESSAGE = 5;

/** Adds the name of the file to errors, those of parsers included. */
export async function inFile<T>(fileName: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError)) throw asUnreadable(error, fileName.slice(-100));
    if (error instanceof ParserFaultError) throw error;
    const { status, code, details } = error;
    const name = `${fileName.slice(-100)}: `;
    // The parser names the file where a limit ended it.
    if (error.message.startsWith(name)) throw error;
    const message = name + error.message;
    const options = { cause: error };
    throw error instanceof InvalidInputError
      ? new InvalidInputError(message, details, options)
      : new AppError(status, code, message, details, options);
  }
}

/** The error for a rejected file: nothing of it is stored. */
export function rejected(problems: readonly FileProblem[]): InvalidInputError {
  const shown = problems.slice(0, MAX_IN_MESSAGE).map(({ at, message }) => `${at}: ${message}`);
  const more = problems.length - shown.length;
  const message = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  const errors = problems.slice(0, MAX_PROBLEMS).map(({ at, message }) => ({ path: at, message }));
  return new InvalidInputError(message, { errors });
}
