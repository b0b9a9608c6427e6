import type { z } from 'zod';
import { plainIssue } from '../../contract/plain-issue.js';
import type { Evidence } from '../modules/evidence/index.js';
import { InvalidInputError } from '../platform/errors.js';
import type { Upload } from '../platform/http/http-api.js';
import { givenFile } from './given-file.js';
import type { Shell } from './shell.js';
import { usageError } from './usage-error.js';
import { withCore } from './with-core.js';

/** Evidence of the store, with what was missed since a server last ran collected first. */
export function withEvidence<T>(
  shell: Shell,
  work: (evidence: Evidence) => Promise<T>,
): Promise<T> {
  return withCore(shell, async ({ container }) => {
    const evidence = container.get('evidence');
    await evidence.runMaintenance();
    return work(evidence);
  });
}

/**
 * The options as the contract has them; else a usage error that names each option that does not fit, as it is typed.
 * `named`: options that are called otherwise than their field.
 */
export function asked<S extends z.ZodType>(
  schema: S | undefined,
  value: unknown,
  named: Record<string, string> = {},
): z.output<S> {
  const result = schema?.safeParse(value, { error: plainIssue });
  if (result?.success) return result.data;
  const said = (result?.error.issues ?? []).map(({ path: [first], message }) =>
    first === undefined ? message : `${optionOf(named[String(first)] ?? first)}: ${message}`,
  );
  throw usageError([...new Set(said)].join('; '));
}

/** What a service does not take is what was typed, but for a file: that was refused for what it holds. */
export async function typed<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error;
    const { errors } = error.details as { errors?: { path: string; message: string }[] };
    if (!errors || errors.some(({ path }) => path === 'file')) throw error;
    const told = errors.map(({ path, message }) => {
      const option = optionOf(path.replace(/^body\./, ''));
      return `${option}: ${message}`;
    });
    throw usageError(told.join('; '), error);
  });
}

function optionOf(field: PropertyKey): string {
  return `--${String(field).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A file of the shell's as an upload, opened once it is known to be there. */
export async function uploadOf({ io }: Shell, path: string): Promise<Upload> {
  return { ...(await givenFile(io, path)), isTruncated: () => false };
}
