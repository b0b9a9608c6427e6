/**
 * A package URL that stays the same from release to release: version and qualifiers (architecture, release
 * of the distribution) change while the weakness stays, so they are no part of it.
 */
export function withoutVersion(purl: string): string {
  const bare = purl.split(/[?#]/)[0] ?? '';
  const at = bare.lastIndexOf('@');
  // The scope of an npm package is written %40, but some write it plainly: pkg:npm/@scope/name.
  return at > bare.lastIndexOf('/') ? bare.slice(0, at) : bare;
}

/** A path without the version in it: a folder named after the version moves with every upgrade. */
export function withoutVersionIn(path: string, version: string): string {
  return version.length >= 3 ? path.replaceAll(version, '*') : path;
}
