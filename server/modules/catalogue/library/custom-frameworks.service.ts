import type { Readable } from 'node:stream';
import type { AvailableFramework, FrameworkPreview } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { libraryChanged } from '../catalogue.events.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import { checkFramework } from './check-framework.js';
import { type CustomFramework, LIMITS } from './custom-file.js';
import { type CustomLibrary, packed } from './custom-library.js';
import { inFile, refused } from './file-problems.js';
import { choiceOf, withChoice } from './framework-activation.rules.js';
import type { FrameworkActivationService } from './framework-activation.service.js';
import { readFrameworkFile, writeFramework } from './framework-file.js';
import { changesBetween } from './framework-preview.rules.js';
import { textOf } from './read-text.js';
import type { TeamLibrariesRepository } from './team-libraries.repository.js';

export interface CustomFrameworksDeps {
  catalogues: TeamCatalogues;
  library: CustomLibrary;
  libraries: TeamLibrariesRepository;
  activation: FrameworkActivationService;
  events: Events;
  audit: Audit;
  clock: Clock;
}

/** What stands in for the file's own words. */
export interface Head {
  id?: string;
  name?: string;
  version?: string;
}

export interface LibraryFile {
  fileName: string;
  stream: Readable;
}

/** Frameworks that teams bring: read, shown, stored, given back. */
export class CustomFrameworksService {
  constructor(private readonly deps: CustomFrameworksDeps) {}

  /** What importing the file would do. Stores nothing, and answers also where the file is wrong. */
  async preview(actor: Actor, file: LibraryFile, head: Head): Promise<FrameworkPreview> {
    const { framework, problems, notRead } = await inFile(file.fileName, () =>
      this.#read(actor, file, head),
    );
    const { frameworks } = await this.deps.library.contents(actor);
    const before = frameworks.find(({ id }) => id === framework?.id) ?? null;
    return {
      framework: framework && summaryOf(framework),
      isNew: before === null,
      problems: problems.map(({ at, message }) => ({ at, message })),
      ...changesBetween(before, framework),
      notRead,
    };
  }

  /** Stores the framework whole, in place of the one with its id; a new one becomes active. */
  async import(actor: Actor, file: LibraryFile, head: Head): Promise<AvailableFramework> {
    const { activation, library, events } = this.deps;
    const framework = await inFile(file.fileName, async () => {
      const { framework: read, problems } = await this.#read(actor, file, head);
      if (!read) throw refused(problems);
      return read;
    });
    await library.alone(actor, () => this.#store(actor, framework));
    // Scores move with what the framework says, and their history with them.
    await events.emit(libraryChanged, { teamId: actor.teamId });
    const found = (await activation.available(actor)).find(({ id }) => id === framework.id);
    if (!found) throw new ConflictError(`${framework.id} was removed meanwhile`);
    return found;
  }

  async #store(actor: Actor, framework: CustomFramework): Promise<void> {
    const { libraries, audit, clock } = this.deps;
    const { sha256, content } = packed(framework);
    await libraries.putPart(actor, sha256, content);
    let replaced: string | undefined;
    await libraries.change(actor, (library) => {
      const others = library.frameworks.filter(({ id }) => id !== framework.id);
      if (others.length >= LIMITS.frameworks) {
        throw new ConflictError(`a team has at most ${LIMITS.frameworks} frameworks of its own`);
      }
      const before = library.frameworks.find(({ id }) => id === framework.id);
      replaced = before?.sha256;
      const choice = choiceOf(library.choices, framework.id);
      const at = clock.now().toISOString();
      return {
        ...library,
        choices: before
          ? library.choices
          : withChoice(library.choices, { ...choice, active: true }),
        frameworks: [...others, { id: framework.id, sha256, at, actor: actor.name }],
      };
    });
    if (replaced && replaced !== sha256) await libraries.removePart(actor, replaced);
    await audit.record(actor, 'framework.imported', framework.id, {
      sha256,
      name: framework.name,
      requirements: framework.requirements.length,
      replaced: replaced ?? null,
    });
  }

  /** Attestations stay: they hold again when the framework is imported again with the same requirements. */
  async remove(actor: Actor, frameworkId: string, confirm: string): Promise<void> {
    const { libraries, library, audit } = this.deps;
    const framework = await this.#own(actor, frameworkId);
    if (confirm !== frameworkId) {
      const message = `must be the id of the framework, ${frameworkId}`;
      throw new InvalidInputError(`query.confirm: ${message}`, {
        errors: [{ path: 'query.confirm', message }],
      });
    }
    await library.alone(actor, async () => {
      let removed: string | undefined;
      await libraries.change(actor, (stored) => {
        removed = stored.frameworks.find(({ id }) => id === frameworkId)?.sha256;
        return {
          ...stored,
          choices: stored.choices.filter((choice) => choice.frameworkId !== frameworkId),
          frameworks: stored.frameworks.filter(({ id }) => id !== frameworkId),
        };
      });
      if (!removed) throw new NotFoundError('no such framework', { frameworkId });
      await libraries.removePart(actor, removed);
      await audit.record(actor, 'framework.removed', frameworkId, {
        name: framework.name,
        sha256: removed,
      });
    });
    await this.deps.events.emit(libraryChanged, { teamId: actor.teamId });
  }

  async export(actor: Actor, frameworkId: string, format: 'yaml' | 'csv') {
    const framework = await this.#own(actor, frameworkId);
    return {
      fileName: `${framework.id}.${format}`,
      mediaType: format === 'csv' ? 'text/csv' : 'application/yaml',
      text: writeFramework(framework, format),
    };
  }

  async #read(actor: Actor, file: LibraryFile, head: Head) {
    const { catalogue, originOf } = await this.deps.catalogues.library(actor);
    const draft = readFrameworkFile(file.fileName, await textOf(file.stream));
    const said = Object.entries(head).filter(([, value]) => value !== undefined);
    draft.head = { ...draft.head, ...Object.fromEntries(said) };
    const { notRead } = draft;
    const checked = checkFramework(draft, (id) => catalogue.controls.has(id));
    const id = String(draft.head.id ?? '');
    const isTaken = catalogue.frameworks.has(id) && originOf('framework', id) !== 'custom';
    if (!isTaken) return { ...checked, notRead };
    const problem = { at: 'id', message: `${id} is a framework of the library already` };
    return { framework: null, problems: [problem, ...checked.problems], notRead };
  }

  async #own(actor: Actor, frameworkId: string): Promise<CustomFramework> {
    const { frameworks } = await this.deps.library.contents(actor);
    const own = frameworks.find(({ id }) => id === frameworkId);
    if (own) return own;
    const { catalogue, originOf } = await this.deps.catalogues.library(actor);
    if (!catalogue.frameworks.has(frameworkId)) {
      throw new NotFoundError('no such framework', { frameworkId });
    }
    const message = `${frameworkId} is ${originOf('framework', frameworkId)}: only the team’s own frameworks are exported and removed`;
    throw new ConflictError(message, { frameworkId });
  }
}

function summaryOf({
  id,
  name,
  version,
  publisher,
  about,
  requirements,
  sections,
}: CustomFramework) {
  return {
    ...{ id, name, version, publisher, about },
    sections: sections.length,
    requirements: requirements.length,
    controls: new Set(requirements.flatMap((each) => each.controls.map((edge) => edge.controlId)))
      .size,
    attestations: requirements.filter(({ attestation }) => attestation).length,
  };
}
