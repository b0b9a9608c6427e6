import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import type { FormatId } from '../scanners/rows/report.js';
import { readRows } from '../scanners/testing/read-rows.js';
import { osPackages, TOOL_REPORTS, trivyReport, vulnerability } from './tool-reports.js';

const TOOLS = join(packageRoot, 'server/scanners/tools');
/** Elements of each list that stay, so that a sample is small and has every kind of field. */
const KEPT = 2;

export interface ReportSample {
  format: FormatId;
  name: string;
  text: string;
}

/** Small reports of every format that has a fixture: those of the tools' folders, and the ones that tests write. */
export async function reportSamples(): Promise<ReportSample[]> {
  const fixtures = readdirSync(TOOLS, { recursive: true, withFileTypes: true })
    .filter(({ parentPath, name }) => parentPath.endsWith('/fixtures') && !name.endsWith('.md'))
    .map(({ parentPath, name }) => ({ name, text: shortened(parentPath, name) }));
  const written = TOOL_REPORTS.map(({ format, tool, fails, text }) => ({
    name: `${tool}.${format.endsWith('xml') ? 'xml' : 'json'}`,
    text: text(fails.slice(0, KEPT)),
  }));
  const all = [...fixtures, ...written, { name: 'trivy-all.json', text: TRIVY_OF_ALL_KINDS }];
  return Promise.all(
    all.map(async (one) => ({
      ...one,
      format: (await readRows(one.text, one.name)).outcome.format,
    })),
  );
}

function shortened(folder: string, name: string): string {
  const text = readFileSync(join(folder, name), 'utf8');
  if (name.endsWith('.xml')) return text;
  if (name.endsWith('.csv')) return firstRecords(text, KEPT + 1);
  if (name.endsWith('.jsonl')) return text.split('\n').slice(0, KEPT).join('\n');
  return JSON.stringify(cut(JSON.parse(text)));
}

/** Line breaks within quotes belong to their record. */
function firstRecords(text: string, count: number): string {
  let end = 0;
  for (let n = 0; n < count; n += 1) {
    do end = text.indexOf('\n', end) + 1;
    while (text.slice(0, end).split('"').length % 2 === 0);
  }
  return text.slice(0, end);
}

function cut(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, KEPT).map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cut(item)]));
}

/** Every kind of result that Trivy has, with all that it says of one. */
const TRIVY_OF_ALL_KINDS = trivyReport(
  [
    osPackages([vulnerability('CVE-2024-0001')]),
    {
      Target: 'main.tf',
      Class: 'config',
      Type: 'terraform',
      Misconfigurations: [
        {
          ...{ Type: 'Terraform Security Check', ID: 'AWS-0086', AVDID: 'AVD-AWS-0086' },
          ...{ Title: 'Public', Description: 'd', Message: 'm', Resolution: 'r' },
          ...{ Severity: 'HIGH', Status: 'FAIL', PrimaryURL: 'https://avd.example/1' },
          References: ['https://avd.example/2'],
          CauseMetadata: {
            Resource: 'aws_s3_bucket.a',
            ...{ Provider: 'AWS', Service: 's3', StartLine: 1, EndLine: 2 },
            Code: { Lines: [{ Number: 1, Content: 'resource "a" {', IsCause: true }] },
          },
        },
      ],
    },
    {
      Target: 'config.env',
      Class: 'secret',
      Secrets: [
        {
          ...{ RuleID: 'generic', Category: 'general', Severity: 'HIGH', Title: 'Generic' },
          ...{ StartLine: 1, EndLine: 1, Match: 'key = ****' },
          Code: { Lines: [{ Number: 1, Content: 'key = ****', Highlighted: 'key' }] },
        },
      ],
    },
    {
      Target: 'Loose file licenses',
      Class: 'license-file',
      Licenses: [
        {
          ...{ Severity: 'LOW', Category: 'notice', PkgName: 'a', FilePath: 'LICENSE' },
          ...{ Name: 'MIT', Confidence: 1, Link: 'https://l.example' },
        },
      ],
      ExperimentalModifiedFindings: [
        {
          ...{ Type: 'vulnerability', Status: 'ignored', Statement: 's', Source: '.trivyignore' },
          Finding: vulnerability('CVE-2024-0002'),
        },
      ],
    },
  ],
  {},
  { ArtifactName: '/srv/shop', ArtifactType: 'filesystem' },
);
