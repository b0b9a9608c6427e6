import type { ModuleHealth } from '../contract/platform.js';
import { MIGRATIONS } from './migrations.js';
import { createCompliance } from './modules/compliance/index.js';
import { createSecurityScans } from './modules/security-scans/index.js';
import { Migrations } from './platform/database/migrations.js';
import { UnavailableError } from './platform/errors.js';
import type { HttpApi } from './platform/http/http-api.js';
import type { Platform } from './platform/platform.js';

/** A part of the product that starts, serves and fails by itself. */
export interface Module {
  /** Adds the module's endpoints. */
  addRoutes(http: HttpApi): void;
  /** Runs once the databases are prepared: takes up what was left, begins periodic work. */
  start?(): Promise<void>;
  /** Ends what it began; called in reverse order. */
  stop?(): Promise<void>;
}

export interface ModuleDefinition<M extends Module = Module> {
  name: string;
  /** What its paths begin with; they answer 503 when it is unavailable. */
  prefixes: readonly `/api/${string}`[];
  /** Builds repositories, then services. May ask for the modules before it. */
  create(platform: Platform, container: ServiceContainer): M;
}

/** In the order in which they lean on each other. */
export const MODULES: readonly ModuleDefinition[] = [
  {
    name: 'security-scans',
    prefixes: ['/api/security-scans'],
    create: (platform) => createSecurityScans(platform),
  },
  {
    name: 'compliance',
    prefixes: ['/api/common-controls', '/api/frameworks', '/api/compliance-engine'],
    create: (platform, container) =>
      createCompliance(
        platform,
        container.get<ReturnType<typeof createSecurityScans>>('security-scans'),
      ),
  },
];

interface Entry {
  definition: ModuleDefinition;
  module: Module | null;
  reason: string | null;
}

/** The modules of this process. One that throws is set aside with its reason; the others work. */
export class ServiceContainer {
  readonly #entries: Entry[] = [];

  constructor(
    private readonly platform: Platform,
    definitions: readonly ModuleDefinition[] = MODULES,
  ) {
    const { modules } = platform.config;
    for (const definition of definitions) {
      if (modules && !modules.includes(definition.name)) continue;
      const entry: Entry = { definition, module: null, reason: null };
      this.#entries.push(entry);
      try {
        entry.module = definition.create(platform, this);
      } catch (error) {
        this.setAside(definition.name, error);
      }
    }
  }

  /** A module that this one leans on. Throws UnavailableError when it did not start or is not loaded. */
  get<M extends Module>(name: string): M {
    const entry = this.#entries.find(({ definition }) => definition.name === name);
    if (!entry?.module) {
      const reason = entry ? (entry.reason ?? 'it did not start') : 'it is not loaded';
      throw new UnavailableError(`the module ${name} is unavailable: ${reason}`);
    }
    return entry.module as M;
  }

  /** Why nothing can be answered at this path, when a module that is unavailable would serve it. */
  unavailableAt(path: string): string | null {
    const down = this.#entries.find(
      ({ definition, module }) =>
        !module &&
        definition.prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );
    return down ? `the module ${down.definition.name} is unavailable: ${down.reason}` : null;
  }

  /** Migrates and prepares the databases, then starts the modules, in order. */
  async start(): Promise<void> {
    const { databases, repositories, clock } = this.platform;
    await new Migrations(databases, MIGRATIONS, { clock }).run(repositories.databases);
    await repositories.prepareAll();
    for (const { definition, module } of this.#entries) {
      try {
        await module?.start?.();
      } catch (error) {
        this.setAside(definition.name, error);
      }
    }
  }

  async stop(): Promise<void> {
    for (const { definition, module } of [...this.#entries].reverse()) {
      try {
        await module?.stop?.();
      } catch (error) {
        this.platform.log.error(
          { err: error, module: definition.name },
          'module did not stop cleanly',
        );
      }
    }
  }

  /** Takes a module out of service, with the reason that health shows. */
  setAside(name: string, error: unknown): void {
    this.platform.log.error({ err: error, module: name }, 'module is unavailable');
    for (const entry of this.#entries) {
      if (entry.definition.name !== name) continue;
      entry.module = null;
      entry.reason = error instanceof Error ? error.message : String(error);
    }
  }

  /** Those that can serve, with their definitions. */
  get available(): { definition: ModuleDefinition; module: Module }[] {
    return this.#entries.flatMap(({ definition, module }) =>
      module ? [{ definition, module }] : [],
    );
  }

  get health(): ModuleHealth[] {
    return this.#entries.map(({ definition, module, reason }) => ({
      name: definition.name,
      status: module ? 'available' : 'unavailable',
      prefixes: [...definition.prefixes],
      reason,
    }));
  }
}
