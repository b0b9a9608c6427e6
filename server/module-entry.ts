import { ConfigError } from './platform/config/config.js';
import type { RepositoryFactory } from './platform/database/repository-factory.js';
import type { Module, ModuleDefinition, ModuleName } from './product-modules.js';

/** A module of this process. */
export interface ModuleEntry {
  definition: ModuleDefinition;
  /** Null until it is built. */
  module: Module | null;
  /** Why it did not start; null once it has. */
  reason: string | null;
  /** Why it cannot work now, though it has started: a database of it, or a module that it needs, is lost. */
  outage: string | null;
  isStarted: boolean;
  /** Its code or its routes failed: only a new process can start it, since JavaScript keeps the failure of a file. */
  isBroken: boolean;
  repositories: RepositoryFactory;
  /** The modules that it requested while it was built. */
  dependsOn: Set<ModuleName>;
}

export function isAvailable({ module, reason, outage }: ModuleEntry): boolean {
  return module !== null && reason === null && outage === null;
}

/** Null while it is available. */
export function reasonOf({ module, reason, outage }: ModuleEntry): string | null {
  return reason ?? outage ?? (module ? null : 'it did not start');
}

export function without(name: string, reason: string | null): string {
  return `the module ${name} is unavailable: ${reason ?? 'it did not start'}`;
}

/** The modules that CSPM_MODULES names, and sign-in; an unknown name is an error, not an empty product. */
export function wanted(
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
  return definitions.filter(({ name }) => name === 'identity' || names.includes(name));
}
