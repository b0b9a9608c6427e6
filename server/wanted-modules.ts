import { ConfigError } from './platform/config/config.js';

/** The modules that CSPM_MODULES names; an unknown name is an error, not an empty product. */
export function wanted<D extends { name: string }>(
  definitions: readonly D[],
  names: readonly string[] | null,
): readonly D[] {
  if (!names) return definitions;
  const known: string[] = definitions.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const problem = `there is no module ${unknown.join(', ')}; there are: ${known.join(', ')}`;
    throw new ConfigError([{ name: 'CSPM_MODULES', problem, example: known.join(',') }]);
  }
  return definitions.filter(({ name }) => names.includes(name));
}

/** What callers of an unavailable module get. */
export function without(name: string, reason: string | null): string {
  return `the module ${name} is unavailable: ${reason ?? 'it did not start'}`;
}
