import type { ControlsPreview, CustomControlSummary } from '../../../../contract/compliance.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import { libraryChanged, libraryChanging } from '../catalogue.events.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import type { ControlStatuses } from './control-statuses.js';
import { checkControls, controlsFile, writeControls } from './controls-file.js';
import type { CustomControl, CustomFramework } from './custom-file.js';
import type { LibraryFile } from './custom-frameworks.service.js';
import type { CustomLibrary } from './custom-library.js';
import type { CustomLibraryStore } from './custom-library-store.js';
import { inFile, rejected } from './file-problems.js';
import { textOf } from './read-text.js';

export interface CustomControlsDeps {
  catalogues: TeamCatalogues;
  library: CustomLibrary;
  store: CustomLibraryStore;
  /** Null while the module that evaluates controls is unavailable. */
  statuses: () => ControlStatuses | null;
  platform: Pick<Platform, 'audit' | 'events' | 'parsing'>;
}

const MAX_USERS = 20;
const MEDIA_TYPES = { csv: 'text/csv', yaml: 'application/yaml', json: 'application/json' };

/** Custom controls of teams. A file adds controls and changes those with its ids; the others stay. */
export class CustomControlsService {
  constructor(private readonly deps: CustomControlsDeps) {}

  /** All custom controls by id, with their status and the requirements that prevent their removal. */
  async list(team: TeamScope): Promise<CustomControlSummary[]> {
    const { library, statuses: statusesOf, catalogues } = this.deps;
    const [{ controls, frameworks }, known, { domains }] = await Promise.all([
      library.contents(team),
      statusesOf()?.list(team) ?? [],
      catalogues.of(team),
    ]);
    const statuses = new Map(known.map(({ controlId, status }) => [controlId, status]));
    const users = usersOf(frameworks);
    return controls.map(({ id, title, domain, weight, kind, cadence }) => {
      const usedBy = users.get(id) ?? [];
      return {
        ...{ id, title, domain, weight, kind, cadence },
        domainName: domains.get(domain)?.name ?? domain,
        status: statuses.get(id) ?? 'not_assessed',
        usedBy: usedBy.slice(0, MAX_USERS),
        usedByTotal: usedBy.length,
      };
    });
  }

  async preview(actor: Actor, file: LibraryFile): Promise<ControlsPreview> {
    const { controls, problems, notRead } = await inFile(file.fileName, () =>
      this.#read(actor, file),
    );
    const before = (await this.deps.library.contents(actor)).controls;
    return { problems, ...changesOf(before, problems.length > 0 ? [] : controls), notRead };
  }

  /** Stores the controls, and evaluates the known checks for them. */
  async import(actor: Actor, file: LibraryFile): Promise<ControlsPreview> {
    const { controls, problems, notRead } = await inFile(file.fileName, async () => {
      const read = await this.#read(actor, file);
      if (read.problems.length > 0) throw rejected(read.problems);
      return read;
    });
    await this.deps.platform.events.emit(libraryChanging, { teamId: actor.teamId });
    const before = await this.deps.store.putControls(actor, (own) => merged(own, controls));
    const changes = changesOf(before, controls);
    const ids = controls.map(({ id }) => id).slice(0, 100);
    const { added, changed } = changes;
    const counts = { added: added.length, changed: changed.length };
    const { audit, events } = this.deps.platform;
    await audit.record(actor, 'controls.imported', actor.teamId, { ...counts, ids });
    await events.emit(libraryChanged, { teamId: actor.teamId });
    return { problems, ...changes, notRead };
  }

  /** Decisions about it stay, and apply again when it is imported again. */
  async remove(actor: Actor, controlId: string): Promise<void> {
    const { library, catalogues } = this.deps;
    const { audit, events } = this.deps.platform;
    const { controls, frameworks } = await library.contents(actor);
    if (!controls.some(({ id }) => id === controlId)) {
      if (!(await catalogues.all(actor)).controls.has(controlId)) {
        throw new NotFoundError('no such control', { controlId });
      }
      throw new ConflictError('only the team’s own controls can be removed', { controlId });
    }
    const users = frameworks.filter(({ requirements }) =>
      requirements.some((each) => each.controls.some((edge) => edge.controlId === controlId)),
    );
    if (users.length > 0) {
      const names = users.map(({ id }) => id).join(', ');
      throw new ConflictError(`${controlId} serves requirements of ${names}: change that first`);
    }
    await events.emit(libraryChanging, { teamId: actor.teamId });
    await this.deps.store.putControls(actor, (own) => own.filter(({ id }) => id !== controlId));
    await audit.record(actor, 'control.removed', controlId);
    await events.emit(libraryChanged, { teamId: actor.teamId });
  }

  async export(actor: Actor, format: 'yaml' | 'csv' | 'json') {
    const { controls } = await this.deps.library.contents(actor);
    return {
      fileName: `controls.${format}`,
      mediaType: MEDIA_TYPES[format],
      text: writeControls(controls, format),
    };
  }

  async #read(actor: Actor, file: LibraryFile) {
    const { catalogues, platform } = this.deps;
    const { catalogue, originOf } = await catalogues.library(actor);
    const { fileName } = file;
    const text = await textOf(file.stream);
    const drafts = await platform.parsing.run(controlsFile, { fileName, text }, file);
    return checkControls(drafts, {
      domains: new Set(catalogue.domains.keys()),
      isTaken: (id) => catalogue.controls.has(id) && originOf('control', id) !== 'custom',
    });
  }
}

function usersOf(
  frameworks: readonly CustomFramework[],
): Map<string, CustomControlSummary['usedBy']> {
  const users = new Map<string, CustomControlSummary['usedBy']>();
  for (const { id: framework, name: frameworkName, requirements } of frameworks) {
    for (const { id: requirement, title, controls } of requirements) {
      for (const { controlId } of controls) {
        const known = users.get(controlId) ?? [];
        known.push({ framework, frameworkName, requirement, title });
        users.set(controlId, known);
      }
    }
  }
  return users;
}

function merged(
  own: readonly CustomControl[],
  imported: readonly CustomControl[],
): CustomControl[] {
  const all = new Map([...own, ...imported].map((control) => [control.id, control]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function changesOf(before: readonly CustomControl[], imported: readonly CustomControl[]) {
  const known = new Map(before.map((control) => [control.id, JSON.stringify(control)]));
  const named = (controls: CustomControl[]) => controls.map(({ id, title }) => ({ id, title }));
  const isNew = ({ id }: CustomControl) => !known.has(id);
  const isChanged = (control: CustomControl) => known.get(control.id) !== JSON.stringify(control);
  const changed = imported.filter((control) => !isNew(control) && isChanged(control));
  const added = imported.filter(isNew);
  return {
    added: named(added),
    changed: named(changed),
    unchanged: imported.length - added.length - changed.length,
  };
}
