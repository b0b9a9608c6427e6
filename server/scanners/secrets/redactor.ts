import { maskSecrets } from './mask-secrets.js';

const DOTS = '••••••••';
/** Shorter ones would match ordinary words. */
const MIN_LENGTH = 4;

/**
 * Removes secrets from a run's output: those that the run was given, and everything that looks like a
 * secret.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = writtenForms(secrets);
  return (text) => maskSecrets(known.reduce((clean, one) => clean.replaceAll(one, DOTS), text));
}

/** The forms in which secrets may be printed: plain, in addresses, in JSON; longest first. */
export function writtenForms(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  ]);
  return [...new Set(written)]
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length);
}
