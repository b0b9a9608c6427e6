import { instantOf, ocsfRow, ocsfText } from './prowler-rows.js';
import {
  nucleiMatch,
  ocsfFinding,
  osPackages,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from './tool-reports.js';

/** Something that a tool found or looked at: a check, of something in a place. */
export interface Thing {
  check: number;
  /** A bucket, file, page or package. */
  place: number;
  /** A region, parameter, resource or part of the place. */
  part: number;
}

/** A tool and the filters of its reports. */
export interface FilterableTool {
  name: string;
  /** Its reports state no time. */
  isTimeless?: true;
  /** Its reports have no end mark. */
  isEndless?: true;
  text(things: readonly Thing[], at: number): string;
  /** By name: the class of a thing that the filter keeps or leaves out as a whole. */
  filters: Readonly<Record<string, (thing: Thing) => string | number | boolean>>;
}

export const CHECKS = [0, 1, 2, 3];
export const PLACES = [0, 1, 2];
export const PARTS = [0, 1];
export const ALL_THINGS: readonly Thing[] = CHECKS.flatMap((check) =>
  PLACES.flatMap((place) => PARTS.map((part) => ({ check, place, part }))),
);

const json = (value: unknown) => JSON.stringify(value, null, 1);
const SEVERITIES = ['Low', 'Medium', 'High', 'Critical'] as const;
const severityOf = ({ check }: Thing) => SEVERITIES[check] ?? 'High';
/** Half of the checks have passes beside their fails. */
const passes = ({ check, place, part }: Thing) => check % 2 === 0 && place === 0 && part === 0;
const fileOf = ({ place }: Thing) => `dir${place}/main.tf`;
const folderOf = ({ place }: Thing) => place;
const bySeverity = { severity: severityOf, check: ({ check }: Thing) => check };

const groupBy = <T, K>(items: readonly T[], key: (item: T) => K): [K, T[]][] => {
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

const misconfiguration = (thing: Thing) => ({
  ID: `DS-000${thing.check}`,
  Title: `check ${thing.check}`,
  Severity: severityOf(thing).toUpperCase(),
  Status: passes(thing) ? 'PASS' : 'FAIL',
  CauseMetadata: { Resource: `aws_s3_bucket.b${thing.part}`, Code: { Lines: [] } },
});

const zapAlert = ({ check }: Thing, things: readonly Thing[]) => ({
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

const grypeMatch = (thing: Thing) => ({
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

export const FILTERABLE_TOOLS: readonly FilterableTool[] = [
  {
    name: 'Prowler',
    text: (things, at) => ocsfText(things.map((thing) => prowlerRow(thing, at))),
    filters: {
      ...bySeverity,
      service: ({ check }) => (check < 2 ? 's3' : check),
      region: ({ part }) => part,
      tag: ({ place }) => place % 2,
      'passing rows': passes,
    },
  },
  {
    name: 'Trivy, an image',
    text: (things, at) =>
      trivyReport(
        [
          osPackages(
            things.map((thing) => ({
              ...vulnerability(`CVE-2024-000${thing.check}`),
              PkgName: `lib${thing.place}`,
              PkgIdentifier: { PURL: `pkg:deb/debian/lib${thing.place}-${thing.part}@1.0` },
              Severity: severityOf(thing).toUpperCase(),
              FixedVersion: thing.part === 0 ? '9.9' : '',
            })),
          ),
        ],
        { at },
      ),
    filters: { ...bySeverity, fix: ({ part }) => part },
  },
  {
    name: 'Trivy, a repository',
    text: (things, at) =>
      json({
        SchemaVersion: 2,
        CreatedAt: instantOf(at),
        ArtifactName: 'https://git.example/acme/shop',
        ArtifactType: 'repository',
        Results: groupBy(things, fileOf).map(([Target, inFile]) => ({
          ...{ Target, Class: 'config', Type: 'terraform' },
          Misconfigurations: inFile.map(misconfiguration),
        })),
      }),
    filters: { ...bySeverity, directory: folderOf, 'passing rows': passes },
  },
  {
    name: 'SARIF',
    text: (things, at) => {
      const rules = things.map(({ check }) => `R${check}`);
      const run = sarifRun('Code Scanner', rules, { at });
      const results = run.results.map((result, n) => {
        const thing = things[n] ?? { check: 0, place: 0, part: 0 };
        const snippet = { text: `use(${thing.check}, ${thing.part})` };
        const physicalLocation = {
          artifactLocation: { uri: fileOf(thing) },
          region: { startLine: 10 + thing.part, snippet },
        };
        const level = thing.check < 2 ? 'warning' : 'error';
        return { ...result, level, locations: [{ physicalLocation }] };
      });
      return sarifLog({ ...run, results });
    },
    filters: {
      check: ({ check }) => check,
      severity: ({ check }) => check < 2,
      directory: folderOf,
    },
  },
  {
    name: 'ZAP',
    text: (things, at) =>
      json({
        '@programName': 'ZAP',
        '@version': '2.17.0',
        created: instantOf(at),
        site: [
          {
            '@name': 'https://shop.example',
            '@host': 'shop.example',
            alerts: groupBy(things, ({ check }) => check).map(([, ofCheck]) =>
              zapAlert(ofCheck[0] as Thing, ofCheck),
            ),
          },
        ],
      }),
    filters: {
      check: ({ check }) => check,
      severity: ({ check }) => check,
      confidence: ({ check }) => check % 2,
      crawl: ({ place }) => place,
    },
  },
  {
    name: 'nuclei',
    isEndless: true,
    text: (things, at) =>
      things
        .map((thing) => {
          const id = `CVE-2021-000${thing.check}`;
          const match = nucleiMatch(id, { at });
          const info = { ...match.info, severity: severityOf(thing).toLowerCase() };
          return `${JSON.stringify({
            ...{ ...match, info, 'matcher-name': `m${thing.part}` },
            'matched-at': `https://shop.example/page${'abc'[thing.place]}`,
          })}\n`;
        })
        .join(''),
    filters: { ...bySeverity, target: ({ place }) => place },
  },
  {
    name: 'Grype',
    text: (things, at) =>
      json({
        matches: things.map(grypeMatch),
        source: { type: 'directory', target: '/srv/acme-shop' },
        descriptor: { name: 'grype', version: '0.121.0', timestamp: instantOf(at) },
      }),
    filters: { ...bySeverity, fix: ({ part }) => part, directory: folderOf },
  },
  {
    name: 'Checkov',
    isTimeless: true,
    text: (things) => {
      const result = (thing: Thing) => ({
        check_id: `CKV_AWS_${thing.check}`,
        check_name: `check ${thing.check}`,
        check_result: { result: passes(thing) ? 'PASSED' : 'FAILED' },
        file_path: `/${fileOf(thing)}`,
        file_abs_path: `/srv/acme-shop/${fileOf(thing)}`,
        file_line_range: [1, 2],
        resource: `aws_s3_bucket.b${thing.part}`,
        severity: severityOf(thing).toUpperCase(),
      });
      return json({
        check_type: 'terraform',
        results: {
          passed_checks: things.filter(passes).map(result),
          failed_checks: things.filter((thing) => !passes(thing)).map(result),
          skipped_checks: [],
          parsing_errors: [],
        },
        summary: { resource_count: things.length, checkov_version: '3.3.30' },
      });
    },
    filters: { ...bySeverity, directory: folderOf, 'passing rows': passes },
  },
  {
    name: 'OCSF of another product',
    text: (things, at) =>
      json(
        things.map((thing) =>
          ocsfFinding(
            `C.${thing.check}`,
            { at },
            {
              severity: severityOf(thing),
              resources: [
                {
                  uid: `arn:aws:s3:::b${thing.place}`,
                  name: `b${thing.place}`,
                  type: 'Bucket',
                  region: ['eu-west-1', 'us-east-1'][thing.part],
                },
              ],
            },
          ),
        ),
      ),
    filters: { ...bySeverity, region: ({ part }) => part },
  },
];
