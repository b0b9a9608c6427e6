import { createHash } from 'node:crypto';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { Control, Framework } from '../common-controls/catalogue.js';
import type { CatalogueSource } from '../common-controls/catalogue-source.js';
import type { FrameworkChoices } from '../common-controls/team-catalogues.js';
import type { CustomControl, CustomFramework } from './custom-file.js';
import { choiceOf } from './framework-activation.rules.js';
import type { TeamLibrariesRepository, TeamLibrary } from './team-libraries.repository.js';

const MAX_TRIES = 5;

/** A team's uploads as a source of its catalogue, and its choice of frameworks. */
export class CustomLibrary implements CatalogueSource, FrameworkChoices {
  readonly origin = 'custom';

  constructor(
    private readonly libraries: TeamLibrariesRepository,
    private readonly leases: Leases,
  ) {}

  /** One writer per team at a time, so that one request never removes what another has just stored. */
  exclusively<T>({ teamId }: TeamScope, work: () => Promise<T>): Promise<T> {
    return this.leases.hold(`compliance/library/${teamId}`, work);
  }

  async isActive(team: TeamScope): Promise<(frameworkId: string) => boolean> {
    const { choices } = await this.libraries.get(team);
    return (frameworkId) => choiceOf(choices, frameworkId).active;
  }

  async version(team: TeamScope): Promise<string> {
    return versionOf(await this.libraries.get(team));
  }

  async load(team: TeamScope): Promise<{ controls: Control[]; frameworks: Framework[] }> {
    const { controls, frameworks } = await this.contents(team);
    return { controls, frameworks: frameworks.map(frameworkOf) };
  }

  /** As uploaded. */
  async contents(
    team: TeamScope,
  ): Promise<{ controls: CustomControl[]; frameworks: CustomFramework[] }> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const library = await this.libraries.get(team);
      const wanted = [
        ...library.frameworks.map(({ sha256 }) => sha256),
        ...(library.controls ? [library.controls.sha256] : []),
      ];
      const parts = await Promise.all(wanted.map((sha256) => this.libraries.part(team, sha256)));
      // A missing part was replaced after the read: read the library again for its successor.
      if (parts.includes(null)) continue;
      const read = parts.map((part) => JSON.parse(part?.content ?? 'null'));
      const controls: CustomControl[] = library.controls ? read.pop() : [];
      return { controls, frameworks: read };
    }
    throw new Error('the library of the team cannot be read: a part of it is missing');
  }
}

/** Contents in stored form, with their hash. */
export function packed(content: unknown): { sha256: string; content: string } {
  const text = JSON.stringify(content);
  return { sha256: createHash('sha256').update(text).digest('hex'), content: text };
}

function versionOf({ frameworks, controls }: TeamLibrary): string {
  return [...frameworks.map(({ sha256 }) => sha256), controls?.sha256 ?? '']
    .filter(Boolean)
    .join('.');
}

function frameworkOf(framework: CustomFramework): Framework {
  return {
    ...framework,
    requirements: framework.requirements.map((requirement) => ({
      ...requirement,
      controls: requirement.controls.map((edge) => ({ ...edge, method: 'import' as const })),
    })),
  };
}
