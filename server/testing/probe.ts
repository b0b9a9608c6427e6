import type { AnyEndpoint } from '../../contract/endpoint.js';
import type { Call, Made } from './two-teams.js';

/**
 * How team `b` requests objects of team `a`, and the expected result: `hidden`, the 404 of a missing
 * object; `empty`, its own data without any of `a`'s; `refused`, a problem about what it sent. An endpoint without an entry fails the test.
 */
export interface Probe {
  expected: 'hidden' | 'empty' | 'refused';
  /** The path with `a`'s ids; the query and body, if the endpoint takes any. */
  url?: (made: Made) => string;
  query?: (made: Made) => string;
  payload?: (made: Made) => object | FormData;
}

export const empty: Probe = { expected: 'empty' };
export const hidden: Probe = { expected: 'hidden' };
export const refused: Probe = { expected: 'refused' };

/** The request of an endpoint's probe, for what team `a` made. */
export function requestOf(made: Made, name: string, { url, query, payload }: Probe): Call {
  const [method, path = ''] = name.split(' ') as [AnyEndpoint['method'], string];
  const filled = () =>
    path.replace(/:(\w+)/g, (_, parameter: string) => {
      const value = made[parameter as keyof Made];
      if (typeof value !== 'string') throw new Error(`team a made no ${parameter}`);
      return encodeURIComponent(value);
    });
  const search = query ? `?${query(made)}` : '';
  return { method, url: (url?.(made) ?? filled()) + search, payload: payload?.(made) };
}
