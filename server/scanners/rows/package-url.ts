/**
 * A package URL that is stable across releases: without version and qualifiers (architecture, release of
 * the distribution), which change while the weakness stays.
 */
export function withoutVersion(purl: string): string {
  const bare = purl.split(/[?#]/)[0] ?? '';
  const at = bare.lastIndexOf('@');
  // The scope of an npm package is written %40, but some tools write it plainly: pkg:npm/@scope/name.
  return at > bare.lastIndexOf('/') ? bare.slice(0, at) : bare;
}

/** A path without the version, as a folder named after the version moves with every upgrade. */
export function withoutVersionIn(path: string, version: string): string {
  return version.length >= 3 ? path.replaceAll(version, '*') : path;
}
