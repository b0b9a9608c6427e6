import type { ModuleHealth } from '../contract/platform.js';
import { MIGRATIONS } from './migrations.js';
import { type Assessments, createAssessments } from './modules/assessments/index.js';
import { type CatalogueModule, createCatalogue } from './modules/catalogue/index.js';
import { type CloudSecurity, createCloudSecurity } from './modules/cloud-security/index.js';
import { type Compliance, createCompliance } from './modules/compliance/index.js';
import {
  type ContainerSecurity,
  createContainerSecurity,
} from './modules/container-security/index.js';
import { createDrift, type Drift } from './modules/drift/index.js';
import { createEvidence, type Evidence } from './modules/evidence/index.js';
import { createMapping, type Mapping } from './modules/mapping/index.js';
import { createOrchestration, type Orchestration } from './modules/orchestration/index.js';
import { createSecurityScans, type SecurityScans } from './modules/security-scans/index.js';
import { createWebSecurity, type WebSecurity } from './modules/web-security/index.js';
import { ConfigError } from './platform/config/config.js';
import { Migrations } from './platform/database/migrations.js';
import { StoreRecords } from './platform/database/store-records.js';
import { UnavailableError } from './platform/errors.js';
import type { HttpApi } from './platform/http/http-api.js';
import type { Platform } from './platform/platform.js';
import type { Scanning } from './scanning.js';

/** A part of the product that starts, serves and fails on its own. */
export interface Module {
  /** Adds the module's endpoints. */
  addRoutes(http: HttpApi): void;
  /** Runs after the databases are prepared: continues unfinished work, starts periodic work. */
  start?(): Promise<void>;
  /** Stops what it started; called in reverse order. */
  stop?(): Promise<void>;
}

/** The modules of the product, by name. */
export interface ProductModules {
  'security-scans': SecurityScans;
  catalogue: CatalogueModule;
  mapping: Mapping;
  compliance: Compliance;
  'cloud-security': CloudSecurity;
  orchestration: Orchestration;
  'container-security': ContainerSecurity;
  'web-security': WebSecurity;
  assessments: Assessments;
  evidence: Evidence;
  drift: Drift;
}
type Name = keyof ProductModules;

export interface ModuleDefinition {
  name: Name;
  /** Prefixes of its paths, which return 503 while it is unavailable. Modules may share one. */
  prefixes: readonly `/api/${string}`[];
  /** Builds repositories, then services. May get the modules before it. */
  create(platform: Platform, container: ServiceContainer): Module;
}

/** Checks that a definition builds the module that its name stands for. */
function define<N extends Name>(
  name: N,
  prefixes: ModuleDefinition['prefixes'],
  create: (platform: Platform, container: ServiceContainer) => ProductModules[N],
): ModuleDefinition {
  return { name, prefixes, create };
}

/** In order of dependency. */
export const MODULES: readonly ModuleDefinition[] = [
  define('security-scans', ['/api/security-scans'], (platform, container) =>
    createSecurityScans(platform, {
      ...container.scanning,
      controlChecks: () => container.find('compliance')?.judgedResults ?? null,
    }),
  ),
  define('catalogue', ['/api/common-controls', '/api/frameworks'], (platform, container) =>
    createCatalogue(platform, {
      statuses: () => container.find('compliance')?.states ?? null,
    }),
  ),
  define('mapping', ['/api/common-controls/mappings'], (platform, container) =>
    createMapping(platform, {
      catalogue: container.get('catalogue'),
      evidence: container.get('security-scans').evidence,
      judge: () => container.find('compliance')?.judge ?? null,
    }),
  ),
  define(
    'compliance',
    ['/api/common-controls', '/api/frameworks', '/api/compliance-engine'],
    (platform, container) =>
      createCompliance(platform, {
        ...container.scanning,
        scans: container.get('security-scans'),
        catalogue: container.get('catalogue'),
        mapping: container.get('mapping'),
        evidenceOf: () => container.find('evidence')?.ofRequirements ?? null,
      }),
  ),
  define('cloud-security', ['/api/cloud-security'], (platform, { scanning }) =>
    createCloudSecurity(platform, scanning),
  ),
  define('orchestration', ['/api/scans'], (platform, container) =>
    createOrchestration(platform, {
      ...container.scanning,
      securityScans: container.get('security-scans'),
      cloud: container.get('cloud-security'),
    }),
  ),
  define('container-security', ['/api/container-security'], (platform, container) =>
    createContainerSecurity(platform, inventoryParts(container)),
  ),
  define('web-security', ['/api/security-scans/targets'], (platform, container) =>
    createWebSecurity(platform, inventoryParts(container)),
  ),
  define('assessments', ['/api/assessments'], (platform, container) =>
    createAssessments(platform, container.get('compliance'), container.scanning),
  ),
  define('evidence', ['/api/evidence'], (platform, container) =>
    createEvidence(platform, {
      ...container.scanning,
      compliance: container.get('compliance'),
      scans: container.get('security-scans'),
    }),
  ),
  define('drift', ['/api/drift'], (platform, container) =>
    createDrift(platform, {
      ...container.scanning,
      compliance: container.get('compliance'),
      scans: container.get('security-scans'),
      evidence: () => container.find('evidence'),
      assessments: () => container.find('assessments'),
    }),
  ),
];

/** The parts of modules that keep an inventory of scanned items. */
function inventoryParts(container: ServiceContainer) {
  return {
    securityScans: container.get('security-scans'),
    orchestration: container.get('orchestration'),
  };
}

interface Entry {
  definition: ModuleDefinition;
  module: Module | null;
  reason: string | null;
  /** The modules that it requested while it was built. */
  dependsOn: Set<string>;
}

/** The modules of this process. A module that throws is disabled with its reason; the others work. */
export class ServiceContainer {
  readonly #entries: Entry[] = [];
  /** Started modules, which must be stopped even if they were disabled since. */
  #started: { name: string; module: Module }[] = [];
  /** The module under construction. */
  #building: Entry | null = null;

  constructor(
    private readonly platform: Platform,
    readonly scanning: Scanning,
    definitions: readonly ModuleDefinition[] = MODULES,
  ) {
    for (const definition of wanted(definitions, platform.config.modules)) {
      const entry: Entry = { definition, module: null, reason: null, dependsOn: new Set() };
      this.#entries.push(entry);
      this.#building = entry;
      try {
        const log = platform.log.child({ module: definition.name });
        entry.module = definition.create({ ...platform, log }, this);
      } catch (error) {
        this.disable(definition.name, error);
      } finally {
        this.#building = null;
      }
    }
  }

  /** A module that this one depends on. Throws UnavailableError when it did not start or is not loaded. */
  get<N extends Name>(name: N): ProductModules[N] {
    this.#building?.dependsOn.add(name);
    const entry = this.#entries.find(({ definition }) => definition.name === name);
    if (!entry?.module) {
      throw new UnavailableError(without(name, entry ? entry.reason : 'it is not loaded'));
    }
    return entry.module as ProductModules[N];
  }

  /** A module that is optional, looked up at the time of use; null when it is unavailable. */
  find<N extends Name>(name: N): ProductModules[N] | null {
    const entry = this.#entries.find(({ definition }) => definition.name === name);
    return (entry?.module as ProductModules[N] | undefined) ?? null;
  }

  /** The reason if an unavailable module would serve this path. */
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
    const { databases, repositories, clock, log } = this.platform;
    await new StoreRecords(databases).check(repositories.databases);
    await new Migrations(databases, MIGRATIONS, { clock, log }).run(repositories.databases);
    await repositories.prepareAll();
    await this.platform.clockWatch.look();
    for (const entry of this.#entries) {
      const { module, definition } = entry;
      if (!module) continue;
      this.#started.push({ name: definition.name, module });
      try {
        await module.start?.();
      } catch (error) {
        this.disable(definition.name, error);
      }
    }
  }

  /** Stops started modules in reverse order. Safe to call twice. */
  async stop(): Promise<void> {
    const stopping = this.#started.reverse();
    this.#started = [];
    for (const { name, module } of stopping) {
      try {
        await module.stop?.();
      } catch (error) {
        this.platform.log.error({ err: error, module: name }, 'module did not stop cleanly');
      }
    }
  }

  /** Disables a module and those that depend on it; health shows the reason. */
  disable(name: string, error: unknown): void {
    const found = this.#entries.find(({ definition }) => definition.name === name);
    const down = found ? [{ entry: found, error }] : [];
    // Direct dependents first, so that each module names the nearest reason.
    for (const { entry, error: cause } of down) {
      const own = entry.definition.name;
      this.platform.log.error({ err: cause, module: own }, 'module is unavailable');
      entry.module = null;
      entry.reason = cause instanceof Error ? cause.message : String(cause);
      const isDown = (other: Entry) => down.some((each) => each.entry === other);
      const reason = new UnavailableError(without(own, entry.reason));
      for (const other of this.#entries) {
        if (!other.module || !other.dependsOn.has(own) || isDown(other)) continue;
        down.push({ entry: other, error: reason });
      }
    }
  }

  /** The available modules with their definitions. */
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

/** The modules that CSPM_MODULES names; an unknown name is an error, not an empty product. */
function wanted(
  definitions: readonly ModuleDefinition[],
  names: readonly string[] | null,
): readonly ModuleDefinition[] {
  if (!names) return definitions;
  const known: string[] = definitions.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const problem = `there is no module ${unknown.join(', ')}; there are: ${known.join(', ')}`;
    throw new ConfigError([{ name: 'CSPM_MODULES', problem, example: known.join(',') }]);
  }
  return definitions.filter(({ name }) => names.includes(name));
}
