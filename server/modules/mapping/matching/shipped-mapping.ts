import type { Catalogue } from '../../catalogue/index.js';
import { type CuratedMapping, loadMapping } from './curated-mapping.js';

const ofLibrary = new WeakMap<Catalogue, CuratedMapping>();

/** The mapping of this build to the controls of this library. It is immutable, so cores share it. */
export function shippedMapping(library: Catalogue): CuratedMapping {
  const known = ofLibrary.get(library);
  if (known) return known;
  const mapping = loadMapping((controlId) => library.controls.has(controlId));
  ofLibrary.set(library, mapping);
  return mapping;
}
