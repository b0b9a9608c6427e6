import { isAbsolute, join, relative, resolve } from 'node:path';

/** A folder of the platform and what the Docker host calls it. */
export interface SharedFolder {
  here: string;
  host: string;
}

/**
 * Translates paths for a platform that itself runs in a container: Docker resolves the folders of a
 * sibling container on the host. Null for what has no name on the host: another folder of that name
 * would be mounted.
 */
export class HostPaths {
  /** `shared` empty: the platform runs on the host itself, and all paths are the host's. */
  constructor(private readonly shared: readonly SharedFolder[]) {}

  get inContainer(): boolean {
    return this.shared.length > 0;
  }

  of(path: string): string | null {
    if (!this.inContainer) return resolve(path);
    for (const { here, host } of this.shared) {
      const below = relative(resolve(here), resolve(path));
      if (!below.startsWith('..') && !isAbsolute(below)) return join(host, below);
    }
    return null;
  }
}
