import { setTimeout as pause } from 'node:timers/promises';
import type { ModuleHealth } from '../contract/platform.js';
import { MIGRATIONS } from './migrations.js';
import { isAvailable, type ModuleEntry, reasonOf, wanted, without } from './module-entry.js';
import { Migrations } from './platform/database/migrations.js';
import type { DatabaseKey } from './platform/database/names.js';
import { StoreRecords } from './platform/database/store-records.js';
import { UnavailableError } from './platform/errors.js';
import { isOutage } from './platform/outages/outage.js';
import type { Problems } from './platform/outages/store-watch.js';
import type { Platform } from './platform/platform.js';
import type {
  Module,
  ModuleDefinition,
  ModuleName,
  OtherModules,
  ProductModules,
} from './product-modules.js';
import type { Scanning } from './scanning.js';

/** A module that did not start is started again after this time, which doubles with each attempt. */
const MIN_RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;

/**
 * The modules of this process. A module that fails is unavailable, with its reason, and so are those that depend on
 * it; the others work. One that does not start, such as while its database is unreachable or corrupt, is started
 * again later.
 */
export class ServiceContainer implements OtherModules {
  readonly #entries: ModuleEntry[];
  /** Modules whose start was tried, which must be stopped even if they failed. */
  readonly #toStop = new Set<ModuleEntry>();
  /** The module under construction. */
  #building: ModuleEntry | null = null;
  readonly #stopping = new AbortController();
  #retrying: Promise<void> = Promise.resolve();
  /** Called for each module that starts. */
  onStart: (name: ModuleName, module: Module) => void = () => {};

  constructor(
    private readonly platform: Platform,
    readonly scanning: Scanning,
    definitions: readonly ModuleDefinition[],
  ) {
    this.#entries = wanted(definitions, platform.config.modules).map((definition) => ({
      definition,
      module: null,
      reason: null,
      outage: null,
      isStarted: false,
      isBroken: false,
      repositories: platform.repositories.part(),
      dependsOn: new Set(),
    }));
    platform.storeWatch.onChange((problems) => this.#follow(problems));
    platform.modules.follow((name) => {
      const entry = this.#entries.find(({ definition }) => definition.name === name);
      return entry ? reasonOf(entry) : null;
    });
  }

  get<N extends ModuleName>(name: N): ProductModules[N] {
    this.#building?.dependsOn.add(name);
    const module = this.find(name);
    if (module) return module;
    const entry = this.#entryOf(name);
    throw new UnavailableError(without(name, entry ? reasonOf(entry) : 'it is not loaded'));
  }

  find<N extends ModuleName>(name: N): ProductModules[N] | null {
    const entry = this.#entryOf(name);
    return entry && isAvailable(entry) ? (entry.module as ProductModules[N]) : null;
  }

  /** The reason if an unavailable module would serve this path. */
  unavailableAt(path: string): string | null {
    const down = this.#entries.find(
      (entry) =>
        !isAvailable(entry) &&
        entry.definition.prefixes.some(
          (prefix) => path === prefix || path.startsWith(`${prefix}/`),
        ),
    );
    return down ? without(down.definition.name, reasonOf(down)) : null;
  }

  /** Imports and builds the modules, in order, which opens and writes nothing yet. */
  async build(): Promise<void> {
    await Promise.all(this.#entries.map((entry) => this.#load(entry)));
    for (const entry of this.#entries) this.#build(entry);
  }

  /** Builds the modules, migrates and prepares the databases, then starts the modules, in order. */
  async start(): Promise<void> {
    await this.build();
    const problems = await this.#prepare(this.platform.repositories.databases);
    // Without teams, leases and the audit trail no module works.
    if (problems.has('platform')) throw problems.get('platform');
    const { clockWatch, log } = this.platform;
    // A database that does not respond is repaired by the next look.
    await clockWatch
      .look()
      .catch((err: unknown) => log.error({ err }, 'could not repair times in the future'));
    await this.#startWaiting(problems);
    if (this.#waiting.length > 0) this.#retrying = this.#retryUntilStopped();
  }

  /** Starts the modules that did not start before, and those that depend on them. */
  async retry(): Promise<void> {
    const databases = new Set(this.#waiting.flatMap(({ repositories }) => repositories.used));
    await this.#startWaiting(await this.#prepare([...databases]));
  }

  /** Stops started modules in reverse order. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#retrying;
    const stopping = [...this.#toStop].reverse();
    this.#toStop.clear();
    for (const { definition, module } of stopping) {
      try {
        await module?.stop?.();
      } catch (error) {
        const context = { err: error, module: definition.name };
        this.platform.log.error(context, 'module did not stop cleanly');
      }
    }
  }

  /** Disables a module and those that depend on it until the process ends; health shows the reason. */
  disable(name: ModuleName, error: unknown): void {
    const found = this.#entryOf(name);
    const down = found ? [{ entry: found, error }] : [];
    // Direct dependents first, so that each module names the nearest reason.
    for (const { entry, error: cause } of down) {
      const own = entry.definition.name;
      this.#fail(entry, cause);
      entry.isBroken = true;
      const reason = new UnavailableError(without(own, entry.reason));
      for (const other of this.#entries) {
        const isDown = down.some((each) => each.entry === other);
        if (isDown || !isAvailable(other) || !other.dependsOn.has(own)) continue;
        down.push({ entry: other, error: reason });
      }
    }
  }

  /** The modules that were built, with their definitions; those that have not started yet too. */
  get built(): { definition: ModuleDefinition; module: Module }[] {
    return this.#entries.flatMap(({ definition, module, isBroken }) =>
      module && !isBroken ? [{ definition, module }] : [],
    );
  }

  get started(): [ModuleName, Module][] {
    return this.#entries.flatMap(({ definition, module, isStarted }) =>
      module && isStarted ? [[definition.name, module] as [ModuleName, Module]] : [],
    );
  }

  get health(): ModuleHealth[] {
    return this.#entries.map((entry) => ({
      name: entry.definition.name,
      status: isAvailable(entry) ? 'available' : 'unavailable',
      prefixes: [...entry.definition.prefixes],
      reason: reasonOf(entry),
      needsRestart: entry.isBroken,
    }));
  }

  #entryOf(name: ModuleName): ModuleEntry | undefined {
    return this.#entries.find(({ definition }) => definition.name === name);
  }

  async #load(entry: ModuleEntry): Promise<void> {
    try {
      await entry.definition.load?.();
    } catch (error) {
      this.disable(entry.definition.name, error);
    }
  }

  #build(entry: ModuleEntry): void {
    if (entry.isBroken) return;
    const { definition, repositories } = entry;
    this.#building = entry;
    try {
      const log = this.platform.log.child({ module: definition.name });
      const events = this.platform.events.part(() => reasonOf(entry));
      entry.module = definition.create({ ...this.platform, repositories, log, events }, this);
    } catch (error) {
      this.disable(definition.name, error);
    } finally {
      this.#building = null;
    }
  }

  /** Migrates and prepares databases side by side; returns why those that failed did. */
  async #prepare(keys: readonly DatabaseKey[]): Promise<Map<DatabaseKey, unknown>> {
    const { databases, repositories, clock, log } = this.platform;
    const problems = new Map<DatabaseKey, unknown>();
    // What it refuses fails below; a database that cannot be recorded yet fails or works there.
    await new StoreRecords(databases)
      .check(repositories.databases)
      .catch((err: unknown) => log.info({ err }, 'databases not checked'));
    const migrations = new Migrations(databases, MIGRATIONS, { clock, log });
    const prepare = async (key: DatabaseKey) => {
      try {
        await migrations.run([key]);
        await repositories.prepare(key);
      } catch (error) {
        problems.set(key, error);
      }
    };
    await Promise.all(keys.map(prepare));
    return problems;
  }

  get #waiting(): ModuleEntry[] {
    return this.#entries.filter((entry) => entry.module && !entry.isStarted && !entry.isBroken);
  }

  /** Starts, in order, what can start: the modules it depends on are available, and its databases are prepared. */
  async #startWaiting(problems: ReadonlyMap<DatabaseKey, unknown>): Promise<void> {
    for (const entry of this.#waiting) {
      try {
        for (const name of entry.dependsOn) this.get(name);
        const unprepared = entry.repositories.used.find((key) => problems.has(key));
        if (unprepared) throw problems.get(unprepared);
        this.#toStop.add(entry);
        await entry.module?.start?.();
        if (entry.reason)
          this.platform.log.warn({ module: entry.definition.name }, 'module started late');
        entry.reason = null;
        entry.isStarted = true;
        if (entry.module) this.onStart(entry.definition.name, entry.module);
      } catch (error) {
        this.#fail(entry, error);
      }
    }
  }

  async #retryUntilStopped(): Promise<void> {
    const { signal } = this.#stopping;
    let wait = MIN_RETRY_MS;
    while (this.#waiting.length > 0) {
      await pause(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.retry();
      wait = Math.min(2 * wait, MAX_RETRY_MS);
    }
  }

  /** Databases were lost or are back: the modules that use them follow, and those that need these. */
  #follow(problems: Problems): void {
    const before = new Set(this.#entries.filter(({ outage }) => outage !== null));
    for (const entry of this.#entries) entry.outage = this.#outageOf(entry, problems);
    const named = (entries: readonly ModuleEntry[]) =>
      entries.map(({ definition }) => definition.name);
    const lost = named(this.#entries.filter((entry) => entry.outage && !before.has(entry)));
    const back = named([...before].filter(({ outage }) => outage === null));
    if (lost.length > 0) this.platform.log.error({ modules: lost }, 'modules are unavailable');
    if (back.length > 0) this.platform.log.warn({ modules: back }, 'modules are available again');
  }

  #outageOf({ repositories, dependsOn }: ModuleEntry, problems: Problems): string | null {
    const { databases } = this.platform.databases.settings;
    // Without teams, leases and the audit trail no module works.
    const key = (['platform', ...repositories.used] as const).find((used) => problems.has(used));
    if (key) return `the database ${databases[key].name} is lost: ${problems.get(key)}`;
    const needed = this.#entries.find(
      ({ definition, outage }) => outage !== null && dependsOn.has(definition.name),
    );
    return needed ? without(needed.definition.name, needed.outage) : null;
  }

  #fail(entry: ModuleEntry, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    // Each retry may fail for the same reason, which is logged once.
    if (reason !== entry.reason) {
      // The log leaves out errors of outages.
      const context = isOutage(error) ? { reason } : { err: error };
      const facts = { ...context, module: entry.definition.name };
      this.platform.log.error(facts, 'module is unavailable');
    }
    entry.reason = reason;
  }
}
