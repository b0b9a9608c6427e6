import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { byImport, type ImportedReport, type Inventory } from '../../orchestration/index.js';
import { newTarget } from './new-target.js';
import { formOf, type GivenTarget, givenByPlace, type TargetForm } from './target-form.rules.js';
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
    const { inventory, targets, newId, log } = this.deps;
    const { importId, at, places } = report;
    const given = places.flatMap((place) => givenByPlace(place) ?? []);
    if (given.length > MAX_PER_IMPORT) {
      log.warn({ importId, targets: given.length }, 'report has more targets than are recorded');
    }
    const forms = given.slice(0, MAX_PER_IMPORT).flatMap((one) => formIn(one) ?? []);
    const accounts = forms.flatMap((form) => form.accounts.slice(0, 1));
    const covered = new Set<string>();
    const known = await targets.covering(scope, accounts);
    for (const target of known) {
      for (const account of target.accounts) covered.add(`${target.kind} ${account}`);
    }
    const lastImport = { importId, at };
    const fresh = forms
      .filter((form) => !covered.has(`${form.kind} ${form.accounts[0]}`))
      .map((form) => newTarget(newId, scope, form, { addedBy: 'import', addedAt: at }))
      .map((target) => ({ ...target, lastImport }));
    const added = new Set(fresh.map(({ id }) => id));
    for (const target of await inventory.joinedAll(scope, byImport(report), fresh)) {
      if (!added.has(target.id)) known.push(target);
    }
    await inventory.followImport(scope, known, lastImport);
  }
}

/** Null for what no scan could have as its target. */
function formIn(given: GivenTarget): TargetForm | null {
  try {
    return formOf(given);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
  }
}
