import type { Readable } from 'node:stream';
import type { AvailableFramework, FrameworkPreview } from '../../../../contract/compliance.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import { libraryChanged, libraryChanging } from '../catalogue.events.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import { checkFramework } from './check-framework.js';
import type { CustomFramework } from './custom-file.js';
import type { CustomLibrary } from './custom-library.js';
import type { CustomLibraryStore } from './custom-library-store.js';
import { inFile, rejected } from './file-problems.js';
import type { FrameworkActivationService } from './framework-activation.service.js';
import { frameworkFile, writeFramework } from './framework-file.js';
import { changesBetween } from './framework-preview.rules.js';
import { textOf } from './read-text.js';

export interface CustomFrameworksDeps {
  catalogues: TeamCatalogues;
  library: CustomLibrary;
  store: CustomLibraryStore;
  activation: FrameworkActivationService;
  platform: Pick<Platform, 'audit' | 'events' | 'parsing'>;
}

/** Overrides the head of the file. */
export interface Head {
  id?: string;
  name?: string;
  version?: string;
}

export interface LibraryFile {
  fileName: string;
  stream: Readable;
  signal?: AbortSignal;
}

/** Custom frameworks of teams: preview, import, export, remove. */
export class CustomFrameworksService {
  constructor(private readonly deps: CustomFrameworksDeps) {}

  /** What an import of the file would do, or the file's problems. Stores nothing. */
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

  /** Stores the framework in place of the one with its id; a new one becomes active. */
  async import(actor: Actor, file: LibraryFile, head: Head): Promise<AvailableFramework> {
    const { activation, store, platform } = this.deps;
    const { audit, events } = platform;
    const framework = await inFile(file.fileName, async () => {
      const { framework: read, problems } = await this.#read(actor, file, head);
      if (!read) throw rejected(problems);
      return read;
    });
    await events.emit(libraryChanging, { teamId: actor.teamId });
    const stored = await store.putFramework(actor, framework);
    await audit.record(actor, 'framework.imported', framework.id, {
      ...stored,
      name: framework.name,
      requirements: framework.requirements.length,
    });
    // Scores and their history change with the framework.
    await events.emit(libraryChanged, { teamId: actor.teamId });
    const found = (await activation.available(actor)).find(({ id }) => id === framework.id);
    if (!found) throw new ConflictError(`${framework.id} was removed during the import`);
    return found;
  }

  /** Attestations stay: they count again when the framework is imported again with the same requirements. */
  async remove(actor: Actor, frameworkId: string, confirm: string): Promise<void> {
    const { store, platform } = this.deps;
    const { audit, events } = platform;
    const framework = await this.#own(actor, frameworkId);
    if (confirm !== frameworkId) {
      const message = `must be the id of the framework, ${frameworkId}`;
      throw new InvalidInputError(`query.confirm: ${message}`, {
        errors: [{ path: 'query.confirm', message }],
      });
    }
    await events.emit(libraryChanging, { teamId: actor.teamId });
    const sha256 = await store.removeFramework(actor, frameworkId);
    await audit.record(actor, 'framework.removed', frameworkId, { name: framework.name, sha256 });
    await events.emit(libraryChanged, { teamId: actor.teamId });
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
    const { catalogues, platform } = this.deps;
    const { catalogue, originOf } = await catalogues.library(actor);
    const { fileName } = file;
    const text = await textOf(file.stream);
    const draft = await platform.parsing.run(frameworkFile, { fileName, text }, file);
    const given = Object.entries(head).filter(([, value]) => value !== undefined);
    draft.head = { ...draft.head, ...Object.fromEntries(given) };
    const { notRead } = draft;
    const checked = checkFramework(
      draft,
      (id) => catalogue.controls.has(id),
      (id) => catalogue.parameters.has(id),
    );
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
