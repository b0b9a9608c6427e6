import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { byImport, type ImportedReport, type Inventory } from '../../orchestration/index.js';
import { newTarget } from './new-target.js';
import { formOf, givenByPlace, type TargetForm } from './target-form.rules.js';
import type { StoredTarget, TargetsRepository } from './targets.repository.js';

export interface ImportedTargetsDeps {
  inventory: Inventory<StoredTarget>;
  targets: TargetsRepository;
  newId: NewId;
  log: Logger;
}

const MAX_PER_IMPORT = 1_000;

/** Adds the web sites and hosts of imported reports to the inventory. */
export class ImportedTargets {
  constructor(private readonly deps: ImportedTargetsDeps) {}

  /** Each becomes a target, unless the inventory has one that covers it. Idempotent. */
  async take(scope: TeamScope, report: ImportedReport): Promise<void> {
    const { importId, places } = report;
    const forms = places.flatMap((place) => formIn(place) ?? []);
    if (forms.length > MAX_PER_IMPORT) {
      const facts = { importId, targets: forms.length };
      this.deps.log.warn(facts, 'report has more targets than are recorded');
    }
    for (const form of forms.slice(0, MAX_PER_IMPORT)) await this.#take(scope, report, form);
  }

  async #take(scope: TeamScope, report: ImportedReport, form: TargetForm): Promise<void> {
    const { inventory, targets, newId } = this.deps;
    const { importId, at } = report;
    const known = await targets.covering(scope, form.kind, form.accounts[0] ?? '');
    if (known.length === 0) {
      const fresh = newTarget(newId, scope, form, { addedBy: 'import', addedAt: at });
      const joined = await inventory.joined(scope, byImport(report), fresh);
      if (joined) known.push(joined);
    }
    for (const target of known) await inventory.followImport(scope, target, { importId, at });
  }
}

/** Null for places of other kinds, and for those that no scan could have as its target. */
function formIn(place: ImportedReport['places'][number]): TargetForm | null {
  const given = givenByPlace(place);
  try {
    return given && formOf(given);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
  }
}
