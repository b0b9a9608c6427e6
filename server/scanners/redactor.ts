import { maskSecrets } from './mask-secrets.js';

const DOTS = '••••••••';

/**
 * Takes secrets out of text of a run: those that it was given, whatever they look like, and all that
 * looks like one.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const written = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  const known = [...new Set(written)];
  return (text) =>
    maskSecrets(known.reduce((clean, secret) => clean.replaceAll(secret, DOTS), text));
}
