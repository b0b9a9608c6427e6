import type { z } from 'zod';
import { plainIssue } from '../../contract/plain-issue.js';
import type { Evidence } from '../modules/evidence/index.js';
import { localOperator } from '../platform/auth/actor.js';
import { InvalidInputError } from '../platform/errors.js';
import type { Upload } from '../platform/http/http-api.js';
import { openFile } from './open-file.js';
import type { Shell } from './shell.js';
import { usageError } from './usage-error.js';
import { withCore } from './with-core.js';

/** The evidence module, after collecting what was missed since a server last ran. */
export function withEvidence<T>(
  shell: Shell,
  work: (evidence: Evidence) => Promise<T>,
): Promise<T> {
  return withCore(shell, async ({ container }) => {
    const evidence = container.get('evidence');
    await evidence.runMaintenance(localOperator);
    return work(evidence);
  });
}

/**
 * Parses options by the contract's schema; throws a usage error that names each invalid option.
 * `named`: options whose name differs from their field.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S | undefined,
  value: unknown,
  named: Record<string, string> = {},
): z.output<S> {
  const result = schema?.safeParse(value, { error: plainIssue });
  if (result?.success) return result.data;
  const problems = (result?.error.issues ?? []).map(({ path: [first], message }) =>
    first === undefined ? message : `${optionOf(named[String(first)] ?? first)}: ${message}`,
  );
  throw usageError([...new Set(problems)].join('; '));
}

/** Turns input errors of a service into usage errors that name the option; errors in a file stay. */
export async function asOptionErrors<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error;
    const { errors } = error.details as { errors?: { path: string; message: string }[] };
    if (!errors || errors.some(({ path }) => path === 'file')) throw error;
    const problems = errors.map(({ path, message }) => {
      const option = optionOf(path.replace(/^body\./, ''));
      return `${option}: ${message}`;
    });
    throw usageError(problems.join('; '), error);
  });
}

function optionOf(field: PropertyKey): string {
  return `--${String(field).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A local file as an upload. */
export async function uploadOf({ io }: Shell, path: string): Promise<Upload> {
  return { ...(await openFile(io, path)), isTruncated: () => false };
}
