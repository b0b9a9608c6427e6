import type { HostPorts } from '../../../../contract/open-ports.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import type { Inventory } from '../../orchestration/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { StoredTarget } from './targets.repository.js';

export interface TargetPortsDeps {
  inventory: Pick<Inventory<StoredTarget>, 'get'>;
  openPorts: Pick<SecurityScans['openPorts'], 'list'>;
}

/** The open ports of a target's hosts. */
export class TargetPorts {
  constructor(private readonly deps: TargetPortsDeps) {}

  async list(
    scope: TeamScope,
    targetId: string,
    limit: number,
    cursor?: string,
  ): Promise<Page<HostPorts>> {
    const { kind, accounts, everyHost } = await this.deps.inventory.get(scope, targetId);
    const hosts = kind === 'network' ? accounts : everyHost;
    return this.deps.openPorts.list(scope, { hosts }, limit, cursor);
  }
}
