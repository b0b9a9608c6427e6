import type { Assessments } from './modules/assessments/index.js';
import type { CatalogueModule } from './modules/catalogue/index.js';
import type { CloudSecurity } from './modules/cloud-security/index.js';
import type { Compliance } from './modules/compliance/index.js';
import type { ContainerSecurity } from './modules/container-security/index.js';
import type { Drift } from './modules/drift/index.js';
import type { Evidence } from './modules/evidence/index.js';
import type { Identity } from './modules/identity/index.js';
import type { Mapping } from './modules/mapping/index.js';
import type { Orchestration } from './modules/orchestration/index.js';
import type { SecurityScans } from './modules/security-scans/index.js';
import type { WebSecurity } from './modules/web-security/index.js';
import type { TeamScope } from './platform/database/collection.js';
import type { Routes } from './platform/http/http-api.js';
import type { Platform } from './platform/platform.js';
import type { Scanning } from './scanning.js';

/** A part of the product that starts, serves and fails on its own. */
export interface Module {
  /** Adds the module's endpoints. */
  addRoutes(http: Routes): void;
  /**
   * Runs after its databases are prepared, before the process serves: registers jobs and periodic work. Called again
   * after it threw, so it registers its jobs last.
   */
  start?(): Promise<void>;
  /** Requests jobs for what earlier processes left, while this one serves already. */
  catchUp?(): Promise<void>;
  /** Does the same for one team at once: a command's team, before the command reads anything. */
  catchUpTeam?(team: TeamScope): Promise<void>;
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
  identity: Identity;
}
export type ModuleName = keyof ProductModules;

/** What a module gets besides the platform. */
export interface OtherModules {
  readonly scanning: Scanning;
  /** A module that this one depends on. Throws UnavailableError when it did not start or is not loaded. */
  get<N extends ModuleName>(name: N): ProductModules[N];
  /** A module that is optional, looked up at the time of use; null when it is unavailable. */
  find<N extends ModuleName>(name: N): ProductModules[N] | null;
}

export interface ModuleDefinition {
  name: ModuleName;
  /** Prefixes of its paths, which return 503 while it is unavailable. Modules may share one. */
  prefixes: readonly `/api/${string}`[];
  /** Imports its code, so that code that cannot be loaded affects only this module. */
  load?(): Promise<void>;
  /** Builds repositories, then services. May get the modules before it. */
  create(platform: Platform, container: OtherModules): Module;
}

/** Checks that a definition builds the module that its name stands for. */
function define<N extends ModuleName, Code>(
  name: N,
  prefixes: ModuleDefinition['prefixes'],
  load: () => Promise<Code>,
  create: (code: Code, platform: Platform, container: OtherModules) => ProductModules[N],
): ModuleDefinition {
  let code: Code | undefined;
  return {
    name,
    prefixes,
    load: async () => {
      code = await load();
    },
    create: (platform, container) => {
      if (!code) throw new TypeError(`the code of ${name} is not loaded`);
      return create(code, platform, container);
    },
  };
}

/** In order of dependency. */
export const MODULES: readonly ModuleDefinition[] = [
  define(
    'identity',
    [
      ...(['/api/setup', '/api/auth', '/api/users', '/api/teams'] as const),
      ...(['/api/invitations', '/api/api-keys', '/api/identity-providers'] as const),
      ...(['/api/audit/forwards', '/api/service-accounts'] as const),
    ],
    () => import('./modules/identity/index.js'),
    (code, platform, container) =>
      code.createIdentity(platform, {
        ...container.scanning,
        missing: () => MODULES.map(({ name }) => name).filter((name) => !container.find(name)),
      }),
  ),
  define(
    'security-scans',
    ['/api/security-scans'],
    () => import('./modules/security-scans/index.js'),
    (code, platform, container) =>
      code.createSecurityScans(platform, {
        ...container.scanning,
        controlChecks: () => container.find('compliance')?.judgedResults ?? null,
      }),
  ),
  define(
    'catalogue',
    ['/api/common-controls', '/api/frameworks'],
    () => import('./modules/catalogue/index.js'),
    (code, platform, container) =>
      code.createCatalogue(platform, {
        statuses: () => container.find('compliance')?.states ?? null,
      }),
  ),
  define(
    'mapping',
    ['/api/common-controls/mappings'],
    () => import('./modules/mapping/index.js'),
    (code, platform, container) =>
      code.createMapping(platform, {
        catalogue: container.get('catalogue'),
        evidence: container.get('security-scans').evidence,
        judge: () => container.find('compliance')?.judge ?? null,
      }),
  ),
  define(
    'compliance',
    ['/api/common-controls', '/api/frameworks', '/api/compliance-engine'],
    () => import('./modules/compliance/index.js'),
    (code, platform, container) =>
      code.createCompliance(platform, {
        ...container.scanning,
        scans: container.get('security-scans'),
        catalogue: container.get('catalogue'),
        mapping: container.get('mapping'),
        evidenceOf: () => container.find('evidence')?.ofRequirements ?? null,
      }),
  ),
  define(
    'cloud-security',
    ['/api/cloud-security'],
    () => import('./modules/cloud-security/index.js'),
    (code, platform, { scanning }) => code.createCloudSecurity(platform, scanning),
  ),
  define(
    'orchestration',
    ['/api/scans'],
    () => import('./modules/orchestration/index.js'),
    (code, platform, container) =>
      code.createOrchestration(platform, {
        ...container.scanning,
        securityScans: container.get('security-scans'),
        cloud: container.get('cloud-security'),
      }),
  ),
  define(
    'container-security',
    ['/api/container-security'],
    () => import('./modules/container-security/index.js'),
    (code, platform, container) =>
      code.createContainerSecurity(platform, inventoryParts(container)),
  ),
  define(
    'web-security',
    ['/api/security-scans/targets'],
    () => import('./modules/web-security/index.js'),
    (code, platform, container) => code.createWebSecurity(platform, inventoryParts(container)),
  ),
  define(
    'assessments',
    ['/api/assessments'],
    () => import('./modules/assessments/index.js'),
    (code, platform, container) =>
      code.createAssessments(platform, container.get('compliance'), container.scanning),
  ),
  define(
    'evidence',
    ['/api/evidence'],
    () => import('./modules/evidence/index.js'),
    (code, platform, container) =>
      code.createEvidence(platform, {
        ...container.scanning,
        compliance: container.get('compliance'),
        scans: container.get('security-scans'),
      }),
  ),
  define(
    'drift',
    ['/api/drift'],
    () => import('./modules/drift/index.js'),
    (code, platform, container) =>
      code.createDrift(platform, {
        ...container.scanning,
        compliance: container.get('compliance'),
        scans: container.get('security-scans'),
        evidence: () => container.find('evidence'),
        assessments: () => container.find('assessments'),
      }),
  ),
];

/** The parts of modules that keep an inventory of scanned items. */
function inventoryParts(container: OtherModules) {
  return {
    securityScans: container.get('security-scans'),
    orchestration: container.get('orchestration'),
  };
}
