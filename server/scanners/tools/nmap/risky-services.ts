import type { Severity } from '../../../../contract/severity.js';

/** A service that should not be reachable from the scanner's network. */
export interface RiskyService {
  /** Part of the check id `exposed_<id>`. */
  id: string;
  title: string;
  severity: Severity;
  /** Nmap's name of the probed service. */
  services: readonly string[];
  /** The product, if the service name is ambiguous. */
  product?: RegExp;
  /** Its usual ports, for services that were not probed. */
  ports: readonly number[];
  /** Acceptable if encrypted: the risk is eavesdropping. */
  fineEncrypted?: boolean;
  why: string;
}

const UNENCRYPTED = 'Traffic, including passwords, can be read and changed in transit.';
const DATA = 'Databases hold valuable data and are seldom meant to be exposed to a network.';
const CONTROL = 'Anyone who reaches it may take over the machine or the cluster.';

const risky = (
  id: string,
  title: string,
  severity: Severity,
  why: string,
  services: string[],
  ports: number[],
  more: Partial<RiskyService> = {},
): RiskyService => ({ id, title, severity, why, services, ports, ...more });

/** The complete list, to be shown, reviewed and tested. */
export const RISKY_SERVICES: readonly RiskyService[] = [
  risky('telnet', 'Telnet', 'high', UNENCRYPTED, ['telnet'], [23, 2323], {
    fineEncrypted: true,
  }),
  risky('ftp', 'FTP', 'medium', UNENCRYPTED, ['ftp'], [21], { fineEncrypted: true }),
  risky('tftp', 'TFTP', 'medium', UNENCRYPTED, ['tftp'], [69]),
  risky(
    'rlogin',
    'rlogin, rsh or rexec',
    'high',
    UNENCRYPTED,
    ['login', 'shell', 'exec'],
    [512, 513, 514],
  ),
  risky('ldap', 'LDAP without encryption', 'medium', UNENCRYPTED, ['ldap'], [389], {
    fineEncrypted: true,
  }),
  risky('snmp', 'SNMP', 'medium', UNENCRYPTED, ['snmp'], [161]),
  risky('vnc', 'VNC', 'high', CONTROL, ['vnc', 'vnc-http'], [5900, 5901]),
  risky('rdp', 'Remote Desktop', 'high', CONTROL, ['ms-wbt-server'], [3389]),
  risky('smb', 'SMB file sharing', 'high', CONTROL, ['microsoft-ds', 'netbios-ssn'], [139, 445]),
  risky('winrm', 'Windows Remote Management', 'high', CONTROL, ['wsman', 'wsmans'], [5985, 5986]),
  risky('nfs', 'NFS', 'high', DATA, ['nfs', 'nfs_acl'], [2049]),
  risky('rpcbind', 'RPC port mapper', 'medium', CONTROL, ['rpcbind'], [111]),
  risky('x11', 'X11', 'high', CONTROL, ['X11'], [6000]),
  risky('docker_api', 'Docker API', 'critical', CONTROL, ['docker'], [2375, 2376]),
  risky('kubelet', 'Kubelet API', 'high', CONTROL, ['kubelet'], [10250, 10255]),
  risky('etcd', 'etcd', 'critical', CONTROL, ['etcd'], [2379, 2380]),
  risky('mysql', 'MySQL', 'high', DATA, ['mysql', 'mysqlx'], [3306, 33060]),
  risky('postgresql', 'PostgreSQL', 'high', DATA, ['postgresql'], [5432]),
  risky('mssql', 'Microsoft SQL Server', 'high', DATA, ['ms-sql-s', 'ms-sql-m'], [1433, 1434]),
  risky('oracle', 'Oracle Database', 'high', DATA, ['oracle-tns', 'oracle'], [1521]),
  risky('mongodb', 'MongoDB', 'high', DATA, ['mongodb', 'mongod'], [27017, 27018]),
  risky('redis', 'Redis', 'high', DATA, ['redis'], [6379]),
  risky('memcached', 'memcached', 'high', DATA, ['memcached', 'memcache'], [11211]),
  risky('cassandra', 'Cassandra', 'high', DATA, ['cassandra', 'cassandra-native'], [9042, 9160]),
  risky('couchdb', 'CouchDB', 'high', DATA, ['couchdb'], [5984]),
  risky(
    'elasticsearch',
    'Elasticsearch or OpenSearch',
    'high',
    DATA,
    ['elasticsearch', 'http'],
    [9200, 9300],
    {
      product: /elasticsearch|opensearch/i,
    },
  ),
];

/** The entry for a probed service; null if it is not listed. */
export function riskyService(
  name: string,
  product: string,
  encrypted: boolean,
): RiskyService | null {
  const found = RISKY_SERVICES.find(
    (entry) =>
      entry.services.includes(name) &&
      (!entry.product || entry.product.test(product) || name !== 'http'),
  );
  return !found || (encrypted && found.fineEncrypted) ? null : found;
}

/** The usual service on a port: a reason to look, no evidence. */
export function usuallyOn(port: number): RiskyService | null {
  return RISKY_SERVICES.find((entry) => entry.ports.includes(port)) ?? null;
}
