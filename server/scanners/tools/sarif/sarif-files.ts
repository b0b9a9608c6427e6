import { posix } from 'node:path';
import type { Result, Run } from './sarif-schema.js';

const MAX_BASES = 20;
/** Where services that build software put a repository, and containers what they scan. */
const BUILD_FOLDER =
  /^(?:\/home\/(?:runner\/work\/[^/]+\/[^/]+|vsts\/work\/\d+\/s|circleci\/project|jenkins(?:\/agent)?\/workspace\/[^/]+)|\/var\/(?:lib\/)?jenkins(?:_home)?\/workspace\/[^/]+|\/var\/lib\/buildkite-agent\/builds\/[^/]+\/[^/]+\/[^/]+|\/opt\/atlassian\/pipelines\/agent\/build|\/codebuild\/output\/src\d+\/src|\/builds\/[^/]+\/[^/]+|\/?[a-z]:\/a\/(?:\d+\/s|[^/]+\/[^/]+)|\/github\/workspace|\/usr\/src\/app|\/(?:workspace|workdir|src|code|repo|project|scan|target))\//i;

/** A file; `former`: its name as former releases gave it. */
export interface FoundFile {
  name: string;
  former: string;
}

/**
 * Finds the file of a result in one way of writing it: decoded, relative to the root of what was scanned where
 * the run names it. The folder in which a build happened to lie is no part of a file's name.
 */
export function createFileFinder(run: Run): (located: Pick<Result, 'locations'>) => FoundFile {
  const bases = basesOf(run);
  const roots = [...bases.values(), run.invocations?.[0]?.workingDirectory.uri ?? '']
    .filter((uri) => isAbsolute(uri))
    .map((uri) => pathOf(uri).replace(/(?<!\/)\/*$/, '/'))
    .filter((root) => root.length > 1)
    .sort((a, b) => a.length - b.length);
  const repositories = repositoriesOf(run, bases);
  return (result) => {
    const artifact = result.locations?.[0]?.physicalLocation.artifactLocation;
    const listed =
      typeof artifact?.index === 'number' ? run.artifacts?.[artifact.index]?.location : undefined;
    const located = artifact?.uri ? artifact : listed;
    if (!located?.uri) return { name: '', former: '' };
    const base = bases.get(located.uriBaseId) ?? '';
    const path = pathOf(isAbsolute(located.uri) ? located.uri : joined(base, located.uri));
    const root = roots.find((one) => path.startsWith(one));
    const inside = root === undefined ? path : path.slice(root.length);
    const former = inside === '' ? '' : posix.normalize(inside).replace(/^\.\//, '');
    return { name: withoutBuildFolder(former, repositories), former };
  };
}

/** The folders of the repositories, as the run states them, and their names. */
function repositoriesOf(
  { versionControlProvenance }: Run,
  bases: ReadonlyMap<string, string>,
): { roots: string[]; names: string[] } {
  const stated = versionControlProvenance ?? [];
  const roots = stated
    .map(({ mappedTo }) => joined(bases.get(mappedTo.uriBaseId) ?? '', mappedTo.uri))
    .filter((uri) => isAbsolute(uri))
    .map((uri) => pathOf(uri).replace(/(?<!\/)\/*$/, '/'))
    .filter((root) => root.length > 1);
  const names = stated
    .map(({ repositoryUri }) => /(?<![^/])([^/]+?)(?:\.git)?\/*$/.exec(repositoryUri)?.[1] ?? '')
    .filter((name) => name !== '');
  return { roots, names };
}

/** Of an absolute path that the run states no base of: the part within its repository, where that is clear. */
function withoutBuildFolder(
  path: string,
  { roots, names }: ReturnType<typeof repositoriesOf>,
): string {
  if (!/^(?:\/|[a-z]:\/)/i.test(path)) return path;
  const root = roots.find((one) => path.startsWith(one));
  if (root !== undefined) return path.slice(root.length);
  const built = BUILD_FOLDER.exec(path)?.[0];
  if (built !== undefined) return path.slice(built.length) || path;
  for (const name of names) {
    const at = path.indexOf(`/${name}/`);
    if (at >= 0) return path.slice(at + name.length + 2) || path;
  }
  return path;
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
