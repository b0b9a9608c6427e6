import type { HostPorts, OpenPort } from '../../../../contract/open-ports.js';
import type {
  CollectionSpec,
  Filter,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** The open ports of a host after an import. */
export interface StoredHostPorts extends TeamDoc, Omit<HostPorts, 'ports'> {
  /** Those that the import saw, and known ones that it would not have shown. */
  ports: (OpenPort & { importId: string })[];
  /** No later report is about the host. */
  newest: boolean;
}

const hostPorts: CollectionSpec<StoredHostPorts> = {
  name: 'open_ports',
  scope: 'team',
  fields: {
    importId: 'string',
    scanId: 'string',
    host: 'string',
    seenAt: 'string',
    newest: 'boolean',
  },
  indexes: [['newest', 'host'], ['importId'], ['scanId', 'host'], ['host', '-seenAt']],
  acrossTeams: [['seenAt']],
};

export class OpenPortsRepository extends TeamRepository<StoredHostPorts> {
  static readonly database = 'securityScans';
  static readonly specs = [hostPorts];
  static readonly retention = [
    { kind: 'imports', collection: 'open_ports', field: 'seenAt', only: { newest: false } },
  ];
  protected readonly spec = hostPorts;

  page(
    scope: TeamScope,
    { scanId, importId, hosts }: { scanId?: string; importId?: string; hosts?: readonly string[] },
    limit: number,
    cursor?: string,
  ): Promise<Page<StoredHostPorts>> {
    const isOfReport = scanId !== undefined || importId !== undefined;
    const where: Filter = {
      ...(isOfReport ? {} : { newest: true }),
      ...(scanId === undefined ? {} : { scanId }),
      ...(importId === undefined ? {} : { importId }),
      ...(hosts === undefined ? {} : { host: { in: [...hosts] } }),
    };
    return this.of(scope).find(where, { sort: ['host'], limit, after: cursor ?? null });
  }

  /** What is known now of these hosts. */
  async newestOf(
    scope: TeamScope,
    hosts: readonly string[],
  ): Promise<Map<string, StoredHostPorts>> {
    const found = new Map<string, StoredHostPorts>();
    for (const part of inParts(hosts)) {
      for await (const page of this.of(scope).each({ newest: true, host: { in: part } })) {
        for (const known of page) found.set(known.host, known);
      }
    }
    return found;
  }

  /** Idempotent. The new ones first, so that no host is ever without its newest. */
  async put(scope: TeamScope, fresh: readonly StoredHostPorts[]): Promise<void> {
    if (fresh.length === 0) return;
    const { importId } = fresh[0] as StoredHostPorts;
    await this.of(scope).putMany(fresh);
    const hosts = fresh.filter(({ newest }) => newest).map(({ host }) => host);
    for (const part of inParts(hosts)) {
      const earlier = { newest: true, host: { in: part }, importId: { ne: importId } };
      await this.of(scope).updateMany(earlier, { set: { newest: false } });
    }
  }

  /** Forgets what an import saw; of its hosts, what was known before is the newest again. */
  async removeImport(scope: TeamScope, importId: string): Promise<void> {
    const hosts: string[] = [];
    for await (const page of this.of(scope).each({ importId, newest: true })) {
      for (const { host } of page) hosts.push(host);
    }
    await this.of(scope).removeMany({ importId });
    for (const host of hosts) {
      const last = await this.of(scope).find({ host }, { sort: ['-seenAt'], limit: 1 });
      const [before] = last.items;
      if (before) await this.of(scope).update(before.id, { set: { newest: true } });
    }
  }
}
