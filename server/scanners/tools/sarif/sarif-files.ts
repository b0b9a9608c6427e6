import { posix } from 'node:path';
import type { Result, Run } from './sarif-schema.js';

const MAX_BASES = 20;

/**
 * Finds the file of a result in one way of writing it: decoded, relative to the root of what was scanned where
 * the run names it. The folder in which a build happened to lie is no part of a file's name.
 */
export function createFileFinder(run: Run): (located: Pick<Result, 'locations'>) => string {
  const bases = basesOf(run);
  const roots = [...bases.values(), run.invocations?.[0]?.workingDirectory.uri ?? '']
    .filter((uri) => isAbsolute(uri))
    .map((uri) => pathOf(uri).replace(/\/*$/, '/'))
    .filter((root) => root.length > 1)
    .sort((a, b) => a.length - b.length);
  return (result) => {
    const artifact = result.locations?.[0]?.physicalLocation.artifactLocation;
    const listed =
      typeof artifact?.index === 'number' ? run.artifacts?.[artifact.index]?.location : undefined;
    const located = artifact?.uri ? artifact : listed;
    if (!located?.uri) return '';
    const base = bases.get(located.uriBaseId) ?? '';
    const path = pathOf(isAbsolute(located.uri) ? located.uri : joined(base, located.uri));
    const root = roots.find((one) => path.startsWith(one));
    const inside = root === undefined ? path : path.slice(root.length);
    return inside === '' ? '' : posix.normalize(inside).replace(/^\.\//, '');
  };
}

/** The bases with those that they rest on themselves; one without a uri is wherever the reader likes. */
function basesOf({ originalUriBaseIds }: Run): Map<string, string> {
  const stated = new Map(Object.entries(originalUriBaseIds ?? {}).slice(0, MAX_BASES));
  const bases = new Map<string, string>();
  for (const name of stated.keys()) {
    let uri = '';
    let at: string = name;
    for (let n = 0; n < MAX_BASES && !isAbsolute(uri); n += 1) {
      const base = stated.get(at);
      if (!base) break;
      uri = joined(base.uri, uri);
      at = base.uriBaseId;
    }
    bases.set(name, uri);
  }
  return bases;
}

const isAbsolute = (uri: string) => /^(?:[a-z][a-z0-9+.-]+:|\/|\\|[a-z]:[\\/])/i.test(uri);

const joined = (base: string, uri: string) =>
  base === '' || base.endsWith('/') ? `${base}${uri}` : `${base}/${uri}`;

function pathOf(uri: string): string {
  return decoded(uri.replace(/^file:\/\/(?:localhost)?/i, '')).replaceAll('\\', '/');
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
