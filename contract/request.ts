import type { z } from 'zod';
import type { AnyEndpoint } from './endpoint.js';
import { listValue } from './list-text.js';

type Declared<T> = NonNullable<T> extends z.ZodUndefined ? never : NonNullable<T>;
type Part<Name extends string, T> = [T] extends [never]
  ? { [name in Name]?: undefined }
  : { [name in Name]: T };

/** What a call of this endpoint needs. Every query parameter is optional. */
export type RequestOf<E extends AnyEndpoint> = Part<'params', z.output<Declared<E['params']>>> &
  Part<'body', z.input<Declared<E['body']>>> & { query?: Partial<z.output<Declared<E['query']>>> };
/** The same as the last argument of a function, left out where nothing is needed. */
export type RequestArgument<T> = Record<string, never> extends T ? [request?: T] : [request: T];
/** A request of an endpoint that is not known by its type. */
export interface AnyRequest {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}
export type ResultOf<E extends AnyEndpoint> = z.output<E['result']>;

/** Query parameters as an address has them; a list as several texts. */
export function queryTexts(query: Readonly<Record<string, unknown>> = {}): [string, string][] {
  return Object.entries(query).flatMap(([name, value]): [string, string][] => {
    // An empty value of a list is a value: an account without a name.
    if (Array.isArray(value)) return value.map((one) => [name, listValue(String(one))]);
    return value === undefined || value === null || value === '' ? [] : [[name, String(value)]];
  });
}

export function urlOf(
  path: string,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params[name])));
  const text = new URLSearchParams(queryTexts(query)).toString();
  return text ? `${filled}?${text}` : filled;
}
