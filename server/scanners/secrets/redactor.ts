import { maskSecrets } from './mask-secrets.js';

const DOTS = '••••••••';
/** Shorter ones are words that anything may hold. */
const SHORTEST = 4;

/**
 * Takes secrets out of text of a run: those that it was given, whatever they look like, and all that
 * looks like one.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = writtenForms(secrets);
  return (text) => maskSecrets(known.reduce((clean, one) => clean.replaceAll(one, DOTS), text));
}

/** Secrets as they may be printed: plain, in addresses, in JSON; the longest first. */
export function writtenForms(secrets: readonly string[]): string[] {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  ]);
  return [...new Set(written)]
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}
