import type { TopKeys } from '../../readers/json-keys.js';
import { entriesIn, isObject, unknownLists } from '../../readers/list-entries.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
  type Rejected,
} from '../../readers/report-reader.js';
import {
  accountOfImage,
  accountOfRepository,
  repositoryOfArtifact,
  withRef,
} from '../../rows/artifact-name.js';
import { createGenericBuilder, type GenericResult, placeOf } from '../../rows/generic-row.js';
import { firstIssue, PLAIN } from '../../rows/lenient.js';
import type { ReportFacts } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import { specificityOf } from '../../rows/scanned-thing.js';
import { listOf, readingsOf } from './trivy-entries.js';
import { ListedPackages } from './trivy-packages.js';
import type { Where } from './trivy-rows.js';
import { Misconfiguration, Report, Resource, Result } from './trivy-schema.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const TRIVY_LISTS = ['{[', '{[{[', '{[{[{[', '[', '[{['] as const;

const LISTED = ['Resources', 'Vulnerabilities', 'Misconfigurations'] as const;
const KNOWN = new Set<string>(['Results', ...LISTED]);

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
    const parsed = Report.safeParse(Array.isArray(value) ? { Results: value } : value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    const report = parsed.data;
    facts.toolVersion = report.Trivy.Version || null;
    facts.createdAt = report.CreatedAt || null;
    if (isObject(value)) yield* unknownLists(value, KNOWN);
    for (const place of placesOf(report)) {
      if ('rejected' in place) {
        yield place;
        continue;
      }
      const { where, results, at, error = '' } = place;
      const packages = new ListedPackages();
      const isCluster = where.provider === 'kubernetes';
      if (error !== '') noteError(where, error, facts);
      if (listOf(results).length > 0 || error !== '') {
        const { provider, accountId, formerAccountId } = where;
        const place = placeOf('trivy', provider, accountId, formerAccountId);
        const { files, isReplaced } = packages;
        facts.places.push(isCluster ? place : { ...place, files, isReplaced });
      }
      yield* eolRows(report, where).map(build);
      for (const entry of entriesIn(results, at)) {
        if ('rejected' in entry) {
          yield entry;
          continue;
        }
        facts.executed += 1;
        const result = Result.parse(entry.value);
        packages.add(result, isObject(entry.value) ? entry.value.Packages : null);
        noteGaps(result, facts);
        yield* readingsOf(entry, where, build);
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

interface Place {
  where: Where;
  /** The list of results, as given, and its place in the report. */
  results: unknown;
  at: string;
  /** Why it could not be scanned; left out: it was. */
  error?: string;
}

/** What was scanned: one artifact, or every resource of a cluster. */
function* placesOf(report: Report): Iterable<Place | Rejected> {
  const common = { times: [report.CreatedAt], toolVersion: report.Trivy.Version };
  const resources = LISTED.flatMap((name) => [...entriesIn(report[name], name)]);
  for (const entry of resources) {
    if ('rejected' in entry) {
      yield entry;
      continue;
    }
    const { Namespace, Kind, Name, Results: results, Error: error } = Resource.parse(entry.value);
    const at = `${entry.at}.Results`;
    const uid = [Namespace, Kind, Name].filter((part) => part !== '').join('/');
    const cluster = { provider: 'kubernetes', accountId: report.ClusterName, accountName: '' };
    yield { where: { ...common, ...cluster, uid, resourceType: Kind }, results, at, error };
  }
  const { Results: results } = report;
  if (results === null || results === undefined) return;
  const { Metadata: metadata } = report;
  const isImage =
    report.ArtifactType === 'container_image' ||
    (report.ArtifactType === '' && metadata.ImageID !== '');
  const first = Result.parse(listOf(results)[0]).Target.replace(/ \([^)]+\)$/, '');
  const isFile = /\.(tar|tar\.gz|tgz)$/.test(report.ArtifactName);
  const tagged = metadata.Reference || metadata.RepoTags[0] || metadata.RepoDigests[0] || '';
  const name = (isFile && tagged) || report.ArtifactName || tagged || metadata.RepoURL || first;
  const isNamedAsImage =
    isImage || (report.ArtifactType === '' && !/[/\\]$/.test(name) && report.SchemaVersion == null);
  const account = accountOf(isNamedAsImage, name, tagged, metadata);
  const where = {
    ...common,
    ...account,
    provider: isImage ? 'image' : report.ArtifactType || 'image',
    accountName: report.ArtifactName,
    uid: account.accountId,
    resourceType: report.ArtifactType || 'container_image',
  };
  yield { where, results, at: 'Results' };
}

/** The image, or the repository where the report names it, since a path says little. */
function accountOf(
  isImage: boolean,
  name: string,
  tagged: string,
  { RepoURL: address, Branch: ref }: Report['Metadata'],
): { accountId: string; formerAccountId?: string } {
  const former = repositoryOfArtifact(name, isImage);
  if (isImage) {
    const accountId = accountOfImage(name, tagged);
    return accountId === former ? { accountId } : { accountId, formerAccountId: former };
  }
  if (/^[a-z][\w+.-]*:\/\//i.test(former)) return { accountId: withRef(former, ref) };
  if (address === '') return { accountId: former };
  const accountId = accountOfRepository(address, ref);
  const { isSpecific } = specificityOf({ provider: 'repository', accountId: former });
  return { accountId, ...(isSpecific && { formerAccountId: former }) };
}

function eolRows({ Metadata: { OS: os } }: Report, where: Where): GenericResult[] {
  if (!os.EOSL) return [];
  return [
    {
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
      ...where,
    },
  ];
}

/** A resource that Trivy could not scan. */
function noteError({ provider, accountId, uid }: Where, error: string, facts: ReportFacts): void {
  noteHidden(facts, {
    what: uid,
    why: `Trivy could not scan it: ${error}`,
    part: { ...placeOf('trivy', provider, accountId), name: whole(uid) },
  });
}

/** Records passes that are only counted, not listed. */
function noteGaps(result: Result, facts: ReportFacts): void {
  const passed = listOf(result.Misconfigurations).filter(
    (found) => Misconfiguration.parse(found).Status === 'PASS',
  ).length;
  const successes = result.MisconfSummary?.Successes ?? 0;
  if (successes > passed) {
    const why = `${successes - passed} checks passed that the report does not name; scan with --include-non-failures`;
    facts.skipped.push({ what: result.Target, why });
  }
}
