import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** The results of an account or target as its last report of a format without an end mark ordered them. */
export interface ReportOrder extends TeamDoc {
  /** When the report looked. */
  at: string;
  /** Ids of the last results, one after another, each of `ID_LENGTH` characters. */
  ids: string;
}

const reportOrders: CollectionSpec<ReportOrder> = {
  name: 'report_orders',
  scope: 'team',
  fields: { at: 'string' },
  indexes: [['at']],
  acrossTeams: [['at']],
};

export class ReportOrdersRepository extends TeamRepository<ReportOrder> {
  static readonly database = 'securityScans';
  static readonly specs = [reportOrders];
  static readonly retention = [{ kind: 'imports', collection: 'report_orders', field: 'at' }];
  protected readonly spec = reportOrders;

  async byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, ReportOrder>> {
    const found = await this.of(scope).getMany(ids);
    return new Map(found.map((order) => [order.id, order]));
  }

  put(scope: TeamScope, orders: readonly ReportOrder[]) {
    return this.of(scope).putMany(orders);
  }

  removeAll(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }
}
