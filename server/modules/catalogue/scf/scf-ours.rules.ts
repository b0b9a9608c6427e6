import type { Catalogue } from '../common-controls/catalogue.js';

/**
 * Controls of our library whose number means something else in the SCF. Our own additions end in `.50`, which
 * the SCF does not use.
 */
const OTHER_MEANING: ReadonlySet<string> = new Set(['IRO-14']);

/** Whether our library has the control that the SCF has under this number. */
export function isOurs(shipped: Pick<Catalogue, 'controls'>, scfId: string): boolean {
  return shipped.controls.has(scfId) && !OTHER_MEANING.has(scfId) && !scfId.endsWith('.50');
}

/** The id of an SCF control here: ours if we have it, its own if we do not, a separate one if ours means something else. */
export function controlIdOf(shipped: Pick<Catalogue, 'controls'>, scfId: string): string {
  return shipped.controls.has(scfId) && !isOurs(shipped, scfId) ? `scf:${scfId}` : scfId;
}
