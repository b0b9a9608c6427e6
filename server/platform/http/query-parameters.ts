import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { AppError } from '../errors.js';

/** The query parameters that an endpoint declares. */
export function queryParametersOf({ query }: AnyEndpoint): string[] {
  return Object.keys(query?.shape ?? {});
}

/**
 * Throws 400 for parameters that are not declared: a misspelt filter must not return everything. They are named
 * in the message.
 */
export function refuseUnknownParameters(known: readonly string[], query: unknown): void {
  const unknown = Object.keys(query ?? {}).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const message =
    known.length > 0
      ? `is not a parameter of this endpoint, which has ${known.join(', ')}`
      : 'is not a parameter of this endpoint, which has none';
  const errors = unknown.map((name) => ({ path: `query.${name.slice(0, 100)}`, message }));
  throw new AppError(
    400,
    'unknown_parameter',
    errors.map(({ path }) => `${path}: ${message}`).join('; '),
    { errors },
  );
}
