import { InvalidInputError } from '../../../platform/errors.js';

/** What is wrong in an uploaded file, and where: `line 4, controls`, or `requirements[3] (A.1).title`. */
export interface FileProblem {
  at: string;
  message: string;
}

/** So many are told; the rest would be more of the same. */
export const MOST_PROBLEMS = 50;
const TOLD_IN_A_LINE = 5;

/** Refuses the file: nothing of it is stored. */
export function refused(problems: readonly FileProblem[]): InvalidInputError {
  const told = problems.slice(0, TOLD_IN_A_LINE).map(({ at, message }) => `${at}: ${message}`);
  const more = problems.length - told.length;
  const message = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  const errors = problems.slice(0, MOST_PROBLEMS).map(({ at, message }) => ({ path: at, message }));
  return new InvalidInputError(message, { errors });
}
