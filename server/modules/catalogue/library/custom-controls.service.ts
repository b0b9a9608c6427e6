import type { ControlsPreview, CustomControlSummary } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import { libraryChanged } from '../catalogue.events.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import type { ControlStatuses } from './control-statuses.js';
import { readControlsFile, writeControls } from './controls-file.js';
import { type CustomControl, type CustomFramework, LIMITS } from './custom-file.js';
import type { LibraryFile } from './custom-frameworks.service.js';
import { type CustomLibrary, packed } from './custom-library.js';
import { inFile, refused } from './file-problems.js';
import { textOf } from './read-text.js';
import type { TeamLibrariesRepository } from './team-libraries.repository.js';

export interface CustomControlsDeps {
  catalogues: TeamCatalogues;
  library: CustomLibrary;
  libraries: TeamLibrariesRepository;
  /** Null while the module that evaluates controls is unavailable. */
  statuses: () => ControlStatuses | null;
  events: Events;
  audit: Audit;
  clock: Clock;
}

const MOST_USERS = 20;
const MEDIA_TYPES = { csv: 'text/csv', yaml: 'application/yaml', json: 'application/json' };

/** Controls that teams bring. A file adds to them and changes those with its ids; the others stay. */
export class CustomControlsService {
  constructor(private readonly deps: CustomControlsDeps) {}

  /** All of them by id, with their status and the requirements that keep each from being removed. */
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
        usedBy: usedBy.slice(0, MOST_USERS),
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

  /** Stores the controls, and has the checks that are known judged for them, too. */
  async import(actor: Actor, file: LibraryFile): Promise<ControlsPreview> {
    const { controls, problems, notRead } = await inFile(file.fileName, async () => {
      const read = await this.#read(actor, file);
      if (read.problems.length > 0) throw refused(read.problems);
      return read;
    });
    const before = await this.#put(actor, (own) => merged(own, controls));
    const changes = changesOf(before, controls);
    const ids = controls.map(({ id }) => id).slice(0, 100);
    const { added, changed } = changes;
    const counts = { added: added.length, changed: changed.length };
    await this.deps.audit.record(actor, 'controls.imported', actor.teamId, { ...counts, ids });
    await this.deps.events.emit(libraryChanged, { teamId: actor.teamId });
    return { problems, ...changes, notRead };
  }

  /** What was decided about it stays, and holds again when it is imported again. */
  async remove(actor: Actor, controlId: string): Promise<void> {
    const { library, catalogues, audit, events } = this.deps;
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
    await this.#put(actor, (own) => own.filter(({ id }) => id !== controlId));
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
    const { catalogue, originOf } = await this.deps.catalogues.library(actor);
    return readControlsFile(file.fileName, await textOf(file.stream), {
      domains: new Set(catalogue.domains.keys()),
      isTaken: (id) => catalogue.controls.has(id) && originOf('control', id) !== 'custom',
    });
  }

  /** @returns those before */
  #put(actor: Actor, change: (own: readonly CustomControl[]) => CustomControl[]) {
    const { library, libraries, clock } = this.deps;
    return library.alone(actor, async () => {
      const before = (await library.contents(actor)).controls;
      const after = change(before);
      if (after.length > LIMITS.controls) {
        throw new ConflictError(`a team has at most ${LIMITS.controls} controls of its own`);
      }
      const part = after.length > 0 ? packed(after) : null;
      if (part) await libraries.putPart(actor, part.sha256, part.content);
      let replaced: string | undefined;
      await libraries.change(actor, (stored) => {
        replaced = stored.controls?.sha256;
        const at = clock.now().toISOString();
        return { ...stored, controls: part && { sha256: part.sha256, at, actor: actor.name } };
      });
      if (replaced && replaced !== part?.sha256) await libraries.removePart(actor, replaced);
      return before;
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

function merged(own: readonly CustomControl[], news: readonly CustomControl[]): CustomControl[] {
  const all = new Map([...own, ...news].map((control) => [control.id, control]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function changesOf(before: readonly CustomControl[], news: readonly CustomControl[]) {
  const known = new Map(before.map((control) => [control.id, JSON.stringify(control)]));
  const named = (controls: CustomControl[]) => controls.map(({ id, title }) => ({ id, title }));
  const isNew = ({ id }: CustomControl) => !known.has(id);
  const isChanged = (control: CustomControl) => known.get(control.id) !== JSON.stringify(control);
  const changed = news.filter((control) => !isNew(control) && isChanged(control));
  const added = news.filter(isNew);
  return {
    added: named(added),
    changed: named(changed),
    unchanged: news.length - added.length - changed.length,
  };
}
