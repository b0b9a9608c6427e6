import { parseWebUrl } from '../scanners/targets/index.js';
import { webCheckReport } from '../scanners/tools/web-check/web-check.report.js';
import { WEB_CHECKS } from '../scanners/tools/web-check/web-checks.js';
import {
  fileOf,
  groupBy,
  grypeMatch,
  json,
  misconfiguration,
  nmapRun,
  passes,
  prowlerRows,
  severityOf,
  type Thing,
  webCheckOf,
  zapAlert,
} from './filterable-things.js';
import { prowlerAsff, prowlerCsv } from './prowler-formats.js';
import { instantOf, ocsfText } from './prowler-rows.js';
import {
  nucleiMatch,
  ocsfFinding,
  osPackages,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from './tool-reports.js';

export { ALL_THINGS, type Thing } from './filterable-things.js';

/** A tool and the filters of its reports. */
export interface FilterableTool {
  name: string;
  /** Its reports state no time. */
  isTimeless?: true;
  /** Its reports have no end mark. */
  isEndless?: true;
  /** Its reports state their own scope, so the import needs no stated coverage. */
  statesCoverage?: true;
  text(things: readonly Thing[], at: number): string;
  /** By name: the class of a thing that the filter keeps or leaves out as a whole. */
  filters: Readonly<Record<string, (thing: Thing) => string | number | boolean>>;
}

const folderOf = ({ place }: Thing) => place;
const bySeverity = { severity: severityOf, check: ({ check }: Thing) => check };

const PROWLER_FILTERS: FilterableTool['filters'] = {
  ...bySeverity,
  service: ({ check }) => (check < 2 ? 's3' : check),
  region: ({ part }) => part,
  tag: ({ place }) => place % 2,
  'passing rows': passes,
};

export const FILTERABLE_TOOLS: readonly FilterableTool[] = [
  {
    name: 'Prowler',
    text: (things, at) => ocsfText(prowlerRows(things, at)),
    filters: PROWLER_FILTERS,
  },
  {
    name: 'Prowler, CSV',
    isEndless: true,
    text: (things, at) => prowlerCsv(prowlerRows(things, at)),
    filters: PROWLER_FILTERS,
  },
  {
    name: 'Prowler, ASFF',
    text: (things, at) => prowlerAsff(prowlerRows(things, at)),
    filters: PROWLER_FILTERS,
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
    name: 'Nmap',
    statesCoverage: true,
    text: nmapRun,
    filters: {
      script: ({ check }) => check,
      port: ({ place, part }) => place * 2 + part,
    },
  },
  {
    name: 'Web check',
    text: (things, at) =>
      webCheckReport(
        parseWebUrl('https://shop.example/'),
        things.map((thing) => ({
          check: webCheckOf(thing),
          verdict: passes(thing) ? 'pass' : 'fail',
          observed: 'seen',
          part: `cookie-${thing.place}-${thing.part}`,
        })),
        new Date(instantOf(at)),
      ),
    filters: {
      check: ({ check }) => check,
      severity: (thing) => WEB_CHECKS[webCheckOf(thing)].severity,
      'passing rows': passes,
    },
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
