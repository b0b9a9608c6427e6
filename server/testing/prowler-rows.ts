import { readFileSync } from 'node:fs';

/** One result of a Prowler report, as a test states it. */
export interface RowSpec {
  /** A check of the real sample keeps its description, so it counts for the same controls. */
  check: string;
  resource: string;
  status?: 'PASS' | 'FAIL' | 'MANUAL' | 'ERROR';
  muted?: boolean;
  account?: string;
  region?: string;
  provider?: string;
  severity?: 'Critical' | 'High' | 'Medium' | 'Low' | 'Informational';
  /** The tool's sentence about the resource. */
  observed?: string;
  title?: string;
  /** Requirement ids that the tool states for the check, when it is not one of the sample. */
  compliance?: Record<string, string[]>;
  /** Time of this row, if it differs from the report's. */
  at?: number | string;
}

export interface ReportOptions {
  /** Time of the scan: days after 2026-02-01 06:00 UTC, or an instant. A test's clock starts on March 1st. */
  at?: number | string;
  version?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what Prowler writes, changed at will by tests
export type OcsfRow = any;

const FIXTURES = new URL('../scanners/tools/prowler/fixtures/', import.meta.url);
const FIRST_DAY_MS = Date.UTC(2026, 1, 1, 6);
const SEVERITIES = ['Informational', 'Low', 'Medium', 'High', 'Critical'];

export function fixturePath(name: string): string {
  return new URL(name, FIXTURES).pathname;
}

export function instantOf(at: number | string): string {
  return typeof at === 'string'
    ? at
    : new Date(FIRST_DAY_MS + Math.round(at * 86_400_000)).toISOString();
}

/** The rows of the real sample: 73 results of 42 checks in one account. A fresh copy. */
export function sampleRows(): OcsfRow[] {
  return JSON.parse(readFileSync(fixturePath('aws-sample.ocsf.json'), 'utf8'));
}

let templates: Map<string, OcsfRow> | null = null;

/** A row in Prowler's own format. */
export function ocsfRow(spec: RowSpec, options: ReportOptions = {}): OcsfRow {
  templates ??= new Map(sampleRows().map((row) => [row.metadata.event_code, row]));
  const { check, resource, status = 'FAIL', account = '111', region = 'eu-west-1' } = spec;
  const row = structuredClone(templates.get(check) ?? aCheck(spec));
  const at = spec.at ?? options.at ?? 0;
  row.time = Date.parse(instantOf(at)) / 1000;
  row.time_dt = instantOf(at);
  row.status_code = status;
  row.status = spec.muted ? 'Suppressed' : 'New';
  row.status_id = spec.muted ? 3 : 1;
  row.status_detail = spec.observed ?? `${resource} is ${status} for ${check}.`;
  row.message = row.status_detail;
  row.cloud = { provider: spec.provider ?? 'aws', region, account: { uid: account, name: '' } };
  row.resources = [
    {
      ...row.resources[0],
      uid: resource,
      name: resource,
      region,
      labels: [],
      data: { details: '', metadata: {} },
    },
  ];
  row.finding_info.uid = `prowler-aws-${check}-${account}-${region}-${resource}`;
  if (spec.title) row.finding_info.title = spec.title;
  if (spec.severity) {
    row.severity = spec.severity;
    row.severity_id = SEVERITIES.indexOf(spec.severity) + 1;
  }
  if (options.version) row.metadata.product.version = options.version;
  return row;
}

/** A complete OCSF report. */
export function ocsfReport(rows: readonly RowSpec[], options: ReportOptions = {}): string {
  return ocsfText(rows.map((row) => ocsfRow(row, options)));
}

/** Formatted as Prowler does. */
export function ocsfText(rows: readonly OcsfRow[]): string {
  return JSON.stringify(rows, null, 4);
}

/** The rows, all dated at one instant. */
export function retimed(rows: readonly OcsfRow[], at: number | string): OcsfRow[] {
  return rows.map((row) => {
    const { time_dt: _, event_time: __, ...rest } = row;
    const created = { ...rest.finding_info, created_time: undefined, created_time_dt: undefined };
    return { ...rest, time: Date.parse(instantOf(at)) / 1000, finding_info: created };
  });
}

function aCheck({ check, title, provider = 'aws', compliance = {} }: RowSpec): OcsfRow {
  const [service] = check.split('_');
  return {
    metadata: {
      event_code: check,
      product: { name: 'Prowler', uid: 'prowler', vendor_name: 'Prowler', version: '5.46.0' },
      version: '1.5.0',
    },
    class_uid: 2004,
    severity: 'Medium',
    severity_id: 3,
    finding_info: { title: title ?? `${check} of ${provider}`, desc: `What ${check} examines.` },
    resources: [{ type: 'Other', group: { name: service } }],
    remediation: { desc: 'Repair it.', references: [] },
    risk_details: 'It is a risk.',
    unmapped: { categories: [], compliance, provider },
  };
}
