import type { ModuleHealth } from '../contract/platform.js';
import { MIGRATIONS } from './migrations.js';
import { type Assessments, createAssessments } from './modules/assessments/index.js';
import { type CloudSecurity, createCloudSecurity } from './modules/cloud-security/index.js';
import { type Compliance, createCompliance } from './modules/compliance/index.js';
import { createContainerSecurity } from './modules/container-security/index.js';
import { createDrift } from './modules/drift/index.js';
import { createEvidence, type Evidence } from './modules/evidence/index.js';
import { createOrchestration, type Orchestration } from './modules/orchestration/index.js';
import { createSecurityScans, type SecurityScans } from './modules/security-scans/index.js';
import { createWebSecurity } from './modules/web-security/index.js';
import { ConfigError } from './platform/config/config.js';
import { Migrations } from './platform/database/migrations.js';
import { UnavailableError } from './platform/errors.js';
import type { HttpApi } from './platform/http/http-api.js';
import type { Platform } from './platform/platform.js';
import type { Scanning } from './scanning.js';

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
        container.get<SecurityScans>('security-scans'),
        container.scanning,
      ),
  },
  {
    name: 'cloud-security',
    prefixes: ['/api/cloud-security'],
    create: (platform, { scanning }) => createCloudSecurity(platform, scanning),
  },
  {
    name: 'orchestration',
    prefixes: ['/api/scans'],
    create: (platform, container) =>
      createOrchestration(platform, {
        ...container.scanning,
        securityScans: container.get<SecurityScans>('security-scans'),
        cloud: container.get<CloudSecurity>('cloud-security'),
      }),
  },
  {
    name: 'container-security',
    prefixes: ['/api/container-security'],
    create: (platform, container) => createContainerSecurity(platform, inventoryParts(container)),
  },
  {
    name: 'web-security',
    prefixes: ['/api/security-scans/targets'],
    create: (platform, container) => createWebSecurity(platform, inventoryParts(container)),
  },
  {
    name: 'assessments',
    prefixes: ['/api/assessments'],
    create: (platform, container) =>
      createAssessments(platform, container.get<Compliance>('compliance'), container.scanning),
  },
  {
    name: 'evidence',
    prefixes: ['/api/evidence'],
    create: (platform, container) =>
      createEvidence(platform, {
        ...container.scanning,
        compliance: container.get<Compliance>('compliance'),
        scans: container.get<SecurityScans>('security-scans'),
      }),
  },
  {
    name: 'drift',
    prefixes: ['/api/drift'],
    create: (platform, container) =>
      createDrift(platform, {
        ...container.scanning,
        compliance: container.get<Compliance>('compliance'),
        scans: container.get<SecurityScans>('security-scans'),
        evidence: () => container.find<Evidence>('evidence'),
        assessments: () => container.find<Assessments>('assessments'),
      }),
  },
];

/** What keeps an inventory of scanned things leans on scans and on what they found. */
function inventoryParts(container: ServiceContainer) {
  return {
    securityScans: container.get<SecurityScans>('security-scans'),
    orchestration: container.get<Orchestration>('orchestration'),
  };
}

interface Entry {
  definition: ModuleDefinition;
  module: Module | null;
  reason: string | null;
  /** The modules that it asked for while it was built. */
  leansOn: Set<string>;
}

/** The modules of this process. One that throws is set aside with its reason; the others work. */
export class ServiceContainer {
  readonly #entries: Entry[] = [];
  /** Modules whose work was begun and must be ended, also when they were set aside since. */
  #begun: { name: string; module: Module }[] = [];
  /** The one that is being built just now. */
  #building: Entry | null = null;

  constructor(
    private readonly platform: Platform,
    readonly scanning: Scanning,
    definitions: readonly ModuleDefinition[] = MODULES,
  ) {
    for (const definition of wanted(definitions, platform.config.modules)) {
      const entry: Entry = { definition, module: null, reason: null, leansOn: new Set() };
      this.#entries.push(entry);
      this.#building = entry;
      try {
        entry.module = definition.create(platform, this);
      } catch (error) {
        this.setAside(definition.name, error);
      } finally {
        this.#building = null;
      }
    }
  }

  /** A module that this one leans on. Throws UnavailableError when it did not start or is not loaded. */
  get<M extends Module>(name: string): M {
    this.#building?.leansOn.add(name);
    const entry = this.#entries.find(({ definition }) => definition.name === name);
    if (!entry?.module) {
      throw new UnavailableError(without(name, entry ? entry.reason : 'it is not loaded'));
    }
    return entry.module as M;
  }

  /** A module of which use is made while it is there, at the time of use; null when it is not. */
  find<M extends Module>(name: string): M | null {
    return (this.#entries.find(({ definition }) => definition.name === name)?.module as M) ?? null;
  }

  /** Why nothing can be answered at this path, when a module that is unavailable would serve it. */
  unavailableAt(path: string): string | null {
    const down = this.#entries.find(
      ({ definition, module }) =>
        !module &&
        definition.prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );
    return down ? without(down.definition.name, down.reason) : null;
  }

  /** Migrates and prepares the databases, then starts the modules, in order. */
  async start(): Promise<void> {
    const { databases, repositories, clock } = this.platform;
    await new Migrations(databases, MIGRATIONS, { clock }).run(repositories.databases);
    await repositories.prepareAll();
    for (const entry of this.#entries) {
      const { module, definition } = entry;
      if (!module) continue;
      this.#begun.push({ name: definition.name, module });
      try {
        await module.start?.();
      } catch (error) {
        this.setAside(definition.name, error);
      }
    }
  }

  /** Ends what was begun, last first. Called again, it ends what was begun since. */
  async stop(): Promise<void> {
    const ending = this.#begun.reverse();
    this.#begun = [];
    for (const { name, module } of ending) {
      try {
        await module.stop?.();
      } catch (error) {
        this.platform.log.error({ err: error, module: name }, 'module did not stop cleanly');
      }
    }
  }

  /** Takes a module out of service, with the reason that health shows, and with it those that lean on it. */
  setAside(name: string, error: unknown): void {
    this.platform.log.error({ err: error, module: name }, 'module is unavailable');
    const entry = this.#entries.find(({ definition }) => definition.name === name);
    if (!entry) return;
    entry.module = null;
    entry.reason = error instanceof Error ? error.message : String(error);
    for (const { definition, module, leansOn } of this.#entries) {
      if (!module || !leansOn.has(name)) continue;
      this.setAside(definition.name, new UnavailableError(without(name, entry.reason)));
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

function without(name: string, reason: string | null): string {
  return `the module ${name} is unavailable: ${reason ?? 'it did not start'}`;
}

/** The modules that CSPM_MODULES names; a name that is none of them is a mistake, not an empty product. */
function wanted(
  definitions: readonly ModuleDefinition[],
  names: readonly string[] | null,
): readonly ModuleDefinition[] {
  if (!names) return definitions;
  const known = definitions.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const problem = `there is no module ${unknown.join(', ')}; there are: ${known.join(', ')}`;
    throw new ConfigError([{ name: 'CSPM_MODULES', problem, example: known.join(',') }]);
  }
  return definitions.filter(({ name }) => names.includes(name));
}
