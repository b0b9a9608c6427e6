import type { Severity } from '../../../../contract/severity.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { ReportedCheck } from '../../../scanners/rows/report.js';

/** A check as its tool describes it in the team's newest report. */
export interface KnownCheck extends TeamDoc {
  tool: string;
  provider: string;
  severity: Severity;
  check: ReportedCheck;
  describedAt: string;
  /** The import that described it; left out where former releases wrote it. */
  describedBy?: string;
}

const checks: CollectionSpec<KnownCheck> = {
  name: 'checks',
  scope: 'team',
  fields: { tool: 'string', 'check.id': 'string' },
  indexes: [['tool', 'check.id']],
};

export class ChecksRepository extends TeamRepository<KnownCheck> {
  static readonly database = 'securityScans';
  static readonly specs = [checks];
  protected readonly spec = checks;

  async list(scope: TeamScope, checkIds?: readonly string[]): Promise<KnownCheck[]> {
    const found: KnownCheck[] = [];
    const filters = checkIds
      ? [...inParts(checkIds)].map((ids) => ({ 'check.id': { in: ids } }))
      : [{}];
    for (const filter of filters) {
      for await (const page of this.of(scope).each(filter)) found.push(...page);
    }
    return found;
  }

  async find(scope: TeamScope, tool: string, checkId: string): Promise<KnownCheck | null> {
    const page = await this.of(scope).find({ tool, 'check.id': checkId }, { limit: 1 });
    return page.items[0] ?? null;
  }

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, KnownCheck>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((item) => [item.id, item]));
  }

  put(scope: TeamScope, items: readonly KnownCheck[]) {
    return this.of(scope).putMany(items);
  }

  removeAll(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }
}
