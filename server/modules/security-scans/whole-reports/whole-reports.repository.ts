import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Account } from '../security-scans.events.js';

/** Whether the reports of an account or target are always whole, as a person has set it. */
export interface WholeReports extends TeamDoc, Account {
  isWhole: boolean;
  changedAt: string;
  changedBy: string;
}

const wholeReports: CollectionSpec<WholeReports> = {
  name: 'whole_reports',
  scope: 'team',
  fields: { provider: 'string', accountId: 'string' },
  indexes: [['provider', 'accountId']],
};

export class WholeReportsRepository extends TeamRepository<WholeReports> {
  static readonly database = 'securityScans';
  static readonly specs = [wholeReports];
  protected readonly spec = wholeReports;

  async list(scope: TeamScope): Promise<WholeReports[]> {
    const found: WholeReports[] = [];
    for await (const page of this.of(scope).each({})) found.push(...page);
    return found;
  }

  async put(scope: TeamScope, item: Omit<WholeReports, 'id' | 'teamId'>): Promise<void> {
    const { teamId } = scope;
    const id = [teamId, item.provider, item.accountId].join(':');
    await this.of(scope).putMany([{ ...item, id, teamId }]);
  }
}
