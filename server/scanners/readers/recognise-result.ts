import { formatsOf } from '../tools/registry.js';
import { foreignElement } from './foreign-formats.js';
import type { TopKeys } from './json-keys.js';
import { refuse } from './recognise.js';

const FORMATS = formatsOf('elements');

/** The format of the first result. Throws InvalidInputError if it is not supported. */
export function recogniseResult(value: unknown, top: TopKeys, fileName: string) {
  const element = asObject(value);
  const known = FORMATS.find(({ format }) => format.isOne(element));
  if (!known) throw refuse(fileName, foreignElement(element, top));
  return known;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
