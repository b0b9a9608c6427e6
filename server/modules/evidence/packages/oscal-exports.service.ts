import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { ConflictError } from '../../../platform/errors.js';
import { canonicalJson } from './canonical-json.js';
import { assessmentResults } from './oscal/assessment-results.js';
import { planOfAction } from './oscal/poam.js';
import { lastChange, packageState, type StateDeps } from './package-state.js';

const YEAR_MS = 365 * 86_400_000;

/** OSCAL documents outside of packages. */
export class OscalExportsService {
  constructor(private readonly deps: { sources: StateDeps; clock: Clock }) {}

  /**
   * The current state of the team, with the evidence of the last year. Dated by the last change, so that the document
   * stays the same until something changes.
   */
  async document(actor: Actor, frameworkId: string, model: 'assessment-results' | 'poam') {
    const { sources, clock } = this.deps;
    const now = clock.now().toISOString();
    const latest = await packageState(sources, actor, { frameworkId, ...yearUntil(now) });
    const period = yearUntil(lastChange(latest) ?? now);
    const state = await packageState(sources, actor, { frameworkId, ...period });
    const document = model === 'poam' ? planOfAction(state) : assessmentResults(state);
    if (!document)
      throw new ConflictError(
        'no control is known to be unmet; there is no plan of action to export',
      );
    const fileName = `${frameworkId}-${model}.oscal.json`;
    return { fileName, contentType: 'application/json', text: canonicalJson(document) };
  }
}

function yearUntil(to: string): { from: string; to: string } {
  return { from: new Date(Date.parse(to) - YEAR_MS).toISOString(), to };
}
