import type { ImageTarget } from '../../../contract/scan-targets.js';
import { type Host, parseHost } from './host-name.js';
import { refuse, refuseSecrets, requirePlain } from './refuse.js';
import { hostText } from './web-url.js';

/** An image by the grammar of OCI references, written out in full. */
export interface ImageReference {
  /** The registry; `docker.io` when the text names none. */
  registry: { host: Host; port: number | null; text: string };
  /** `docker.io/library/nginx`: what stays the same from tag to tag. */
  repository: string;
  tag: string | null;
  digest: string | null;
  text: string;
}

const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,256}$/;
const MAX_NAME = 255;

/** Reads `host[:port]/path[:tag][@digest]`. Without tag and digest it is `latest`. */
export function parseImageReference(text: string): ImageReference {
  const what = 'image';
  requirePlain(what, text, 600);
  refuseSecrets(what, text);
  const [beforeDigest = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    throw refuse(what, text, 'what follows @ is not a digest such as sha256:…');
  }
  const colon = beforeDigest.lastIndexOf(':');
  const tagged = colon > beforeDigest.lastIndexOf('/');
  const tag = tagged ? beforeDigest.slice(colon + 1) : null;
  if (tag !== null && !TAG.test(tag)) throw refuse(what, text, 'its tag is malformed');
  const parts = (tagged ? beforeDigest.slice(0, colon) : beforeDigest).split('/');
  const first = parts[0] ?? '';
  const hasRegistry =
    parts.length > 1 && (/[.:]/.test(first) || first.toLowerCase() === 'localhost');
  const registry = registryOf(hasRegistry ? first : 'docker.io', text);
  const path = hasRegistry ? parts.slice(1) : parts;
  if (registry.text === 'docker.io' && path.length === 1) path.unshift('library');
  if (!path.every((part) => PATH_PART.test(part))) {
    throw refuse(
      what,
      text,
      'its name is not that of an image (lower case letters, digits, . _ -)',
    );
  }
  const repository = `${registry.text}/${path.join('/')}`;
  if (repository.length > MAX_NAME) {
    throw refuse(what, text, `its name is longer than ${MAX_NAME} characters`);
  }
  const effectiveTag = tag ?? (digest === undefined ? 'latest' : null);
  return {
    registry,
    repository,
    tag: effectiveTag,
    digest: digest ?? null,
    text: `${repository}${effectiveTag ? `:${effectiveTag}` : ''}${digest ? `@${digest}` : ''}`,
  };
}

function registryOf(text: string, whole: string): ImageReference['registry'] {
  const named = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const port = named?.[2] === undefined ? null : Number(named[2]);
  if (!named || (port !== null && (port < 1 || port > 65_535))) {
    throw refuse('image', whole, 'its registry is malformed');
  }
  const host = parseHost(named[1] ?? '');
  const usual = host.text === 'index.docker.io' ? { ...host, text: 'docker.io' } : host;
  return { host: usual, port, text: `${hostText(usual)}${port === null ? '' : `:${port}`}` };
}

export const imageOf = (target: ImageTarget): ImageReference =>
  parseImageReference(target.reference);
