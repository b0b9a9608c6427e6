import type { Severity } from '../../../../contract/severity.js';

/** A service that should not be open to whoever can reach the scanner's place in the network. */
export interface RiskyService {
  /** Part of the check id `exposed_<id>`. */
  id: string;
  title: string;
  severity: Severity;
  /** As Nmap names what it has spoken with. */
  services: readonly string[];
  /** What the product must be, where the service's name says too little. */
  product?: RegExp;
  /** Ports on which it usually is, for those that were not spoken with. */
  ports: readonly number[];
  /** Fine once it is encrypted: the risk is what can be read on the way. */
  fineEncrypted?: boolean;
  why: string;
}

const READ_ON_THE_WAY = 'What is sent, passwords included, can be read and changed on the way.';
const DATA = 'Databases hold what is worth stealing and are seldom made to face a network.';
const CONTROL = 'Whoever reaches it may take over the machine or the cluster.';

const risky = (
  id: string,
  title: string,
  severity: Severity,
  why: string,
  services: string[],
  ports: number[],
  more: Partial<RiskyService> = {},
): RiskyService => ({ id, title, severity, why, services, ports, ...more });

/** The whole list, so that it can be shown, argued about and tested. */
export const RISKY_SERVICES: readonly RiskyService[] = [
  risky('telnet', 'Telnet', 'high', READ_ON_THE_WAY, ['telnet'], [23, 2323], {
    fineEncrypted: true,
  }),
  risky('ftp', 'FTP', 'medium', READ_ON_THE_WAY, ['ftp'], [21], { fineEncrypted: true }),
  risky('tftp', 'TFTP', 'medium', READ_ON_THE_WAY, ['tftp'], [69]),
  risky(
    'rlogin',
    'rlogin, rsh or rexec',
    'high',
    READ_ON_THE_WAY,
    ['login', 'shell', 'exec'],
    [512, 513, 514],
  ),
  risky('ldap', 'LDAP without encryption', 'medium', READ_ON_THE_WAY, ['ldap'], [389], {
    fineEncrypted: true,
  }),
  risky('snmp', 'SNMP', 'medium', READ_ON_THE_WAY, ['snmp'], [161]),
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

/** The entry for what was spoken with; null when it is none of these. */
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

/** What usually is on a port: a reason to look, no evidence. */
export function usuallyOn(port: number): RiskyService | null {
  return RISKY_SERVICES.find((entry) => entry.ports.includes(port)) ?? null;
}
