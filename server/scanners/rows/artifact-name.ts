import { cleanText } from './clean-text.js';

/** An image without tag and digest, such as `ghcr.io/owner/app`; any other artifact unchanged. */
export function repositoryOfArtifact(name: string, isImage: boolean): string {
  const text = cleanText(name, 600);
  if (!isImage) return text.replace(/(?<=.)\/+$/, '');
  const bare = text.split('@')[0] ?? '';
  const colon = bare.lastIndexOf(':');
  const untagged = colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare;
  const parts = untagged.split('/');
  const first = parts[0] ?? '';
  if (parts.length > 1 && (/[.:]/.test(first) || first === 'localhost')) {
    return untagged.replace(/^index\.docker\.io\//, 'docker.io/');
  }
  if (untagged === '' || /^(\/|\.)/.test(untagged) || /\.(tar|tgz|gz)$/.test(untagged))
    return untagged;
  return parts.length === 1 ? `docker.io/library/${untagged}` : `docker.io/${untagged}`;
}
