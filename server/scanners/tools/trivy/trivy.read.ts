import type { TopKeys } from '../../readers/json-keys.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
} from '../../readers/report-reader.js';
import { repositoryOfArtifact } from '../../rows/artifact-name.js';
import { createGenericBuilder, type GenericResult, placeOf } from '../../rows/generic-row.js';
import { firstIssue } from '../../rows/lenient.js';
import type { ReportFacts } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import {
  licenseRow,
  misconfigurationRow,
  secretRow,
  vulnerabilityRow,
  type Where,
} from './trivy-rows.js';
import { Misconfiguration, Report, type Result, Vulnerability } from './trivy-schema.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const TRIVY_LISTS = ['{[', '{[{[', '{[{[{[', '[', '[{['] as const;

const LISTED = ['Resources', 'Vulnerabilities', 'Misconfigurations'];

/** True for the beginning of a Trivy report. */
export function isTrivyJson({ list, has }: TopKeys): boolean {
  if (list) return has('Target') && (has('Class') || has('Type') || has('Vulnerabilities'));
  if (has('ArtifactName') || has('ArtifactType')) return true;
  return has('ClusterName') && LISTED.some(has);
}

/** Reads a complete report of any generation (schema 2, 1, a bare list, clusters). */
export function createTrivyReader(): JsonReportReader {
  const build = createGenericBuilder('trivy');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  function* read(value: unknown): Iterable<Reading> {
    const parsed = Report.safeParse(Array.isArray(value) ? { Results: value } : value);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    const report = parsed.data;
    facts.toolVersion = report.Trivy.Version || null;
    facts.createdAt = report.CreatedAt || null;
    for (const { where, results, error } of placesOf(report)) {
      if (error !== '') noteError(where, error, facts);
      if (results.length > 0 || error !== '')
        facts.places.push(placeOf('trivy', where.provider, where.accountId));
      yield* eolRows(report, where).map(build);
      for (const result of results) {
        facts.executed += 1;
        noteGaps(result, facts);
        for (const row of rowsOf(result, where)) yield build(row);
      }
    }
    if (report.Metadata.OS.EOSL) {
      const { Family, Name } = report.Metadata.OS;
      const why =
        'its vendor no longer publishes vulnerabilities, so an empty result proves nothing';
      facts.skipped.push({ what: `packages of ${Family} ${Name}`, why });
    }
  }
  return { read, facts: () => facts };
}

/** What was scanned: one artifact, or every resource of a cluster. */
function* placesOf(report: Report): Iterable<{ where: Where; results: Result[]; error: string }> {
  const common = { times: [report.CreatedAt], toolVersion: report.Trivy.Version };
  const resources = [report.Resources, report.Vulnerabilities, report.Misconfigurations].flatMap(
    (list) => list ?? [],
  );
  for (const { Namespace, Kind, Name, Results, Error: error } of resources) {
    const uid = [Namespace, Kind, Name].filter((part) => part !== '').join('/');
    const cluster = { provider: 'kubernetes', accountId: report.ClusterName, accountName: '' };
    const where = { ...common, ...cluster, uid, resourceType: Kind };
    yield { where, results: Results ?? [], error };
  }
  if (!report.Results) return;
  const { Metadata: metadata } = report;
  const isImage =
    report.ArtifactType === 'container_image' ||
    (report.ArtifactType === '' && metadata.ImageID !== '');
  const first = report.Results[0]?.Target.replace(/ \([^)]+\)$/, '') ?? '';
  const isFile = /\.(tar|tar\.gz|tgz)$/.test(report.ArtifactName);
  const tagged = metadata.Reference || metadata.RepoTags[0] || metadata.RepoDigests[0] || '';
  const name = (isFile && tagged) || report.ArtifactName || tagged || metadata.RepoURL || first;
  const repository = repositoryOfArtifact(
    name,
    isImage || (report.ArtifactType === '' && !/[/\\]$/.test(name) && report.SchemaVersion == null),
  );
  const where = {
    ...common,
    provider: isImage ? 'image' : report.ArtifactType || 'image',
    accountId: repository,
    accountName: report.ArtifactName,
    uid: repository,
    resourceType: report.ArtifactType || 'container_image',
  };
  yield { where, results: report.Results, error: '' };
}

function* rowsOf(result: Result, where: Where): Iterable<GenericResult> {
  for (const found of result.Vulnerabilities ?? []) {
    yield vulnerabilityRow(Vulnerability.parse(found), result, where);
  }
  for (const found of result.Misconfigurations ?? [])
    yield misconfigurationRow(found, result, where);
  for (const found of result.Secrets ?? []) yield secretRow(found, result, where);
  for (const found of result.Licenses ?? []) yield licenseRow(found, result, where);
  for (const { Type, Finding, Statement, Source } of result.ExperimentalModifiedFindings ?? []) {
    const row =
      Type === 'vulnerability'
        ? vulnerabilityRow(Vulnerability.parse(Finding), result, where)
        : Type === 'misconfiguration' || Type === 'misconfig'
          ? misconfigurationRow(Misconfiguration.parse(Finding), result, where)
          : null;
    // Suppressed by an ignore file or a VEX statement.
    if (row) {
      const observed = [row.observed, Statement, Source].filter(Boolean).join(' · ');
      yield { ...row, verdict: 'muted', mutedVerdict: 'fail', observed };
    }
  }
}

function eolRows({ Metadata: { OS: os } }: Report, where: Where): GenericResult[] {
  if (!os.EOSL) return [];
  return [
    {
      ...where,
      checkId: 'os_end_of_life',
      title: 'The operating system no longer gets security updates',
      verdict: 'fail',
      severity: 'high',
      rawSeverity: 'EOSL',
      risk: 'New vulnerabilities are neither fixed nor reported for it.',
      remediation: 'Upgrade to a release that its vendor still supports.',
      service: os.Family,
      categories: ['vulnerability'],
      subObject: os.Family,
      observed: `${os.Family} ${os.Name} is at its end of life`,
    },
  ];
}

/** A resource that Trivy could not scan. */
function noteError({ provider, accountId, uid }: Where, error: string, facts: ReportFacts): void {
  const place = placeOf('trivy', provider, accountId);
  noteHidden(facts, {
    what: uid,
    why: `Trivy could not scan it: ${error}`,
    part: { ...place, name: whole(uid) },
  });
}

/** Records passes that are only counted, not listed. */
function noteGaps(result: Result, facts: ReportFacts): void {
  const passed = (result.Misconfigurations ?? []).filter((found) => found.Status === 'PASS').length;
  const successes = result.MisconfSummary?.Successes ?? 0;
  if (successes > passed) {
    const why = `${successes - passed} checks passed that the report does not name; scan with --include-non-failures`;
    facts.skipped.push({ what: result.Target, why });
  }
}
