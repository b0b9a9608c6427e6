import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { ConflictError } from '../../../platform/errors.js';
import type { FrameworkChoice } from './framework-activation.rules.js';

/**
 * A team's library in one document, so that a change is one step: its choices, and its uploads by SHA-256.
 * The contents are stored beside it and never change.
 */
export interface TeamLibrary extends TeamDoc {
  /** Increases with every change. */
  revision: number;
  choices: FrameworkChoice[];
  frameworks: { id: string; sha256: string; at: string; actor: string }[];
  /** All custom controls of the team; null without any. */
  controls: { sha256: string; at: string; actor: string } | null;
}

/** A framework or the controls as uploaded, read and checked. */
export interface LibraryPart extends TeamDoc {
  /** JSON of a `CustomFramework`, or of a list of `CustomControl`. */
  content: string;
}

const libraries: CollectionSpec<TeamLibrary> = {
  name: 'team_libraries',
  scope: 'team',
  fields: { revision: 'number' },
};
const parts: CollectionSpec<LibraryPart> = { name: 'library_parts', scope: 'team', fields: {} };

const MAX_TRIES = 20;

export class TeamLibrariesRepository extends TeamRepository<TeamLibrary> {
  static readonly database = 'assessments';
  static readonly specs = [libraries, parts];
  protected readonly spec = libraries;

  async get(scope: TeamScope): Promise<TeamLibrary> {
    return (await this.of(scope).get(scope.teamId)) ?? emptyLibrary(scope);
  }

  part(scope: TeamScope, sha256: string): Promise<LibraryPart | null> {
    return this.of(scope, parts).get(`${scope.teamId}:${sha256}`);
  }

  async putPart(scope: TeamScope, sha256: string, content: string): Promise<void> {
    const id = `${scope.teamId}:${sha256}`;
    await this.of(scope, parts).putMany([{ id, teamId: scope.teamId, content }]);
  }

  removePart(scope: TeamScope, sha256: string): Promise<boolean> {
    return this.of(scope, parts).remove(`${scope.teamId}:${sha256}`);
  }

  /** Changes the library in one step; `change` is called again with the newer library after a concurrent change. */
  async change(
    scope: TeamScope,
    change: (library: TeamLibrary) => Pick<TeamLibrary, 'choices' | 'frameworks' | 'controls'>,
  ): Promise<TeamLibrary> {
    const collection = this.of(scope);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const before = await this.get(scope);
      const { choices, frameworks, controls } = change(before);
      const revision = before.revision + 1;
      const after = { ...before, choices, frameworks, controls, revision };
      if (before.revision === 0) {
        if (await this.#begin(scope, after)) return after;
        continue;
      }
      const set = { choices, frameworks, controls, revision };
      const stored = await collection.update(scope.teamId, { set }, { revision: before.revision });
      if (stored) return stored;
    }
    throw new Error('the library of the team keeps changing');
  }

  async #begin(scope: TeamScope, library: TeamLibrary): Promise<boolean> {
    try {
      await this.of(scope).insert(library);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }
}

function emptyLibrary({ teamId }: TeamScope): TeamLibrary {
  return { id: teamId, teamId, revision: 0, choices: [], frameworks: [], controls: null };
}
