import { ConfigError } from '../platform/config/config.js';
import { AppError } from '../platform/errors.js';
import { scrub, unforeseenText } from '../platform/log/structured-logging.js';
import { maskSecrets } from '../scanners/secrets/mask-secrets.js';
import { EXIT } from './exit-codes.js';
import { red } from './output/style.js';
import type { Shell } from './shell.js';

/** Prints an error, in one line where its kind is known; returns the exit code. */
export function reportError(error: unknown, shell: Shell): number {
  if (error instanceof AppError) {
    shell.note(`${red('error:')} ${maskSecrets(error.message)}`);
    return error.details.usage === true ? EXIT.usage : EXIT.failed;
  }
  if (error instanceof ConfigError) {
    shell.note(`${red('configuration:')} ${maskSecrets(error.message)}`);
    return EXIT.usage;
  }
  // System errors explain themselves in one line, e.g. missing write permission.
  const isFromSystem = error instanceof Error && 'syscall' in error;
  shell.note(
    `${red('error:')} ${maskSecrets(isFromSystem ? scrub(error.message) : unforeseenText(error))}`,
  );
  return EXIT.failed;
}
