import { instantOf, ocsfRow } from './prowler-rows.js';

/** Something that a tool found or looked at: a check, of something in a place. */
export interface Thing {
  check: number;
  /** A bucket, file, page or package. */
  place: number;
  /** A region, parameter, resource or part of the place. */
  part: number;
}

export const CHECKS = [0, 1, 2, 3];
export const PLACES = [0, 1, 2];
export const PARTS = [0, 1];
export const ALL_THINGS: readonly Thing[] = CHECKS.flatMap((check) =>
  PLACES.flatMap((place) => PARTS.map((part) => ({ check, place, part }))),
);

export const json = (value: unknown) => JSON.stringify(value, null, 1);
export const SEVERITIES = ['Low', 'Medium', 'High', 'Critical'] as const;
export const severityOf = ({ check }: Thing) => SEVERITIES[check] ?? 'High';
/** Half of the checks have passes beside their fails. */
export const passes = ({ check, place, part }: Thing) =>
  check % 2 === 0 && place === 0 && part === 0;
export const fileOf = ({ place }: Thing) => `dir${place}/main.tf`;

export const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] => {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
};

const prowlerRow = (thing: Thing, at: number) => {
  const row = ocsfRow({
    check: ['s3_a', 's3_b', 'iam_a', 'ec2_a'][thing.check] ?? '',
    resource: `bucket-${thing.place}`,
    region: ['eu-west-1', 'us-east-1'][thing.part],
    status: passes(thing) ? 'PASS' : 'FAIL',
    severity: severityOf(thing),
    at,
  });
  row.resources[0].labels = [`Name:${thing.place}`, `env:${thing.place % 2 ? 'test' : 'prod'}`];
  return row;
};

export const prowlerRows = (things: readonly Thing[], at: number) =>
  things.map((thing) => prowlerRow(thing, at));

/** The scripts of all checks run on the ports of all places. */
export const nmapRun = (things: readonly Thing[], at: number) => {
  const portOf = ({ place, part }: Thing) => 80 + place * 2 + part;
  const ports = [...new Set(things.map(portOf))];
  const checks = [...new Set(things.map(({ check }) => check))];
  const script = (check: number, port: number) => {
    const isFound = things.some((thing) => thing.check === check && portOf(thing) === port);
    const state = isFound ? 'VULNERABLE' : 'NOT VULNERABLE';
    return `<script id="vuln-${check}" output="x"><table key="CVE-2030-${check}"><elem key="title">Flaw</elem><elem key="state">${state}</elem></table></script>`;
  };
  const open = ports.map((port) => {
    const scripts = checks.map((check) => script(check, port)).join('');
    return `<port protocol="tcp" portid="${port}"><state state="open"/><service name="http" method="probed"/>${scripts}</port>`;
  });
  return `<nmaprun version="7.98"><scaninfo type="connect" protocol="tcp" services="${ports}"/><host endtime="${Date.parse(instantOf(at)) / 1000}"><status state="up"/><address addr="198.51.100.7" addrtype="ipv4"/><ports>${open.join('')}</ports></host><runstats><finished exit="success"/></runstats></nmaprun>`;
};

const WEB = ['hsts', 'framing', 'cookie-samesite', 'permissions-policy'] as const;
export const webCheckOf = ({ check }: Thing) => WEB[check] ?? 'hsts';

export const misconfiguration = (thing: Thing) => ({
  ID: `DS-000${thing.check}`,
  Title: `check ${thing.check}`,
  Severity: severityOf(thing).toUpperCase(),
  Status: passes(thing) ? 'PASS' : 'FAIL',
  CauseMetadata: { Resource: `aws_s3_bucket.b${thing.part}`, Code: { Lines: [] } },
});

export const zapAlert = ({ check }: Thing, things: readonly Thing[]) => ({
  pluginid: `1000${check}`,
  name: `Alert ${check}`,
  riskcode: `${check % 4}`,
  confidence: '2',
  riskdesc: `${['Informational', 'Low', 'Medium', 'High'][check]} (${['Low', 'Medium'][check % 2]})`,
  instances: things.map(({ place, part }) => ({
    uri: `https://shop.example/page${'abc'[place]}`,
    method: 'GET',
    param: `p${'xy'[part]}`,
  })),
});

export const grypeMatch = (thing: Thing) => ({
  vulnerability: {
    id: `CVE-2024-000${thing.check}`,
    severity: severityOf(thing),
    fix: { versions: thing.part === 0 ? ['9.9'] : [], state: thing.part === 0 ? 'fixed' : '' },
  },
  matchDetails: [],
  artifact: {
    name: `lib${thing.part}`,
    version: '1.0',
    type: 'npm',
    purl: `pkg:npm/lib${thing.part}@1.0`,
    locations: [{ path: `/${fileOf(thing)}` }],
  },
});
