import { createHash } from 'node:crypto';
import type { TeamScope } from '../../../platform/database/collection.js';
import { Catalogue, type Control, type Framework } from './catalogue.js';
import type { CatalogueSource, Origin } from './catalogue-source.js';

/** Read once per request: the active frameworks of a team. */
export interface FrameworkChoices {
  isActive(team: TeamScope): Promise<(frameworkId: string) => boolean>;
}

/** Everything that a team can activate. */
export interface Library {
  catalogue: Catalogue;
  /** By control (`control IAC-06`) and framework (`framework dora`); shipped if missing. */
  originOf(kind: 'control' | 'framework', id: string): Origin;
}

interface Known {
  version: string;
  library: Library;
  /** Catalogues with some of the frameworks, by the ids of these. */
  active: Map<string, Catalogue>;
}

/** Teams whose libraries are cached at a time. */
const MAX_TEAMS = 100;
const MAX_CHOICES = 8;

/**
 * The library as each team sees it: the shipped one, then what the sources add. Teams without additions
 * share one. A request costs one small read per source; the rest is cached by version.
 */
export class TeamCatalogues {
  readonly #shipped: Known;
  readonly #teams = new Map<string, Known>();

  constructor(
    shipped: Catalogue,
    private readonly sources: readonly CatalogueSource[] = [],
    private readonly choices?: FrameworkChoices,
  ) {
    const library: Library = { catalogue: shipped, originOf: () => 'shipped' };
    this.#shipped = { version: '', library, active: new Map() };
  }

  /** Version of the library of this build. */
  get shippedVersion(): string {
    return this.#shipped.library.catalogue.version;
  }

  /** All controls, and the team's active frameworks. */
  async of(team: TeamScope): Promise<Catalogue> {
    const [known, isActive] = await Promise.all([
      this.#known(team),
      this.choices?.isActive(team) ?? (() => true),
    ]);
    const all = known.library.catalogue;
    const frameworks = [...all.frameworks.values()].filter(({ id }) => isActive(id));
    const key = frameworks.map(({ id }) => id).join(' ');
    const before = known.active.get(key);
    if (before) return before;
    const catalogue = all.with(frameworks);
    if (known !== this.#shipped && known.active.size >= MAX_CHOICES) known.active.clear();
    if (known.active.size >= MAX_TEAMS) known.active.clear();
    known.active.set(key, catalogue);
    return catalogue;
  }

  /** All controls, and all frameworks that the team could activate. */
  async all(team: TeamScope): Promise<Catalogue> {
    return (await this.#known(team)).library.catalogue;
  }

  /** The same, with the origin of each control and framework. */
  async library(team: TeamScope): Promise<Library> {
    return (await this.#known(team)).library;
  }

  async #known(team: TeamScope): Promise<Known> {
    const versions = await Promise.all(this.sources.map((source) => source.version(team)));
    if (versions.every((version) => version === '')) return this.#shipped;
    const version = versions.join('\0');
    const before = this.#teams.get(team.teamId);
    if (before?.version === version) return before;
    const known: Known = {
      version,
      library: await this.#compose(team, version),
      active: new Map(),
    };
    this.#teams.delete(team.teamId);
    for (const oldest of this.#teams.keys()) {
      if (this.#teams.size < MAX_TEAMS) break;
      this.#teams.delete(oldest);
    }
    this.#teams.set(team.teamId, known);
    return known;
  }

  async #compose(team: TeamScope, version: string): Promise<Library> {
    const shipped = this.#shipped.library.catalogue;
    const controls = new Map<string, Control>(shipped.controls);
    const frameworks = new Map<string, Framework>(shipped.frameworks);
    const origins = new Map<string, Origin>();
    for (const source of this.sources) {
      const found = await source.load(team);
      for (const control of found.controls) {
        if (controls.has(control.id)) continue;
        controls.set(control.id, control);
        origins.set(`control ${control.id}`, source.origin);
      }
      for (const framework of found.frameworks) {
        if (frameworks.has(framework.id)) continue;
        frameworks.set(framework.id, framework);
        origins.set(`framework ${framework.id}`, source.origin);
      }
    }
    const catalogue = new Catalogue({
      controls: [...controls.values()],
      domains: [...shipped.domains.values()],
      frameworks: [...frameworks.values()],
      parameters: [...shipped.parameters.values()],
      version: createHash('sha256').update(`${shipped.version}\0${version}`).digest('hex'),
      checks: shipped.checks,
    });
    return { catalogue, originOf: (kind, id) => origins.get(`${kind} ${id}`) ?? 'shipped' };
  }
}
