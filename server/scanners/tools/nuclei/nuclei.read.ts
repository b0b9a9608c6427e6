import { z } from 'zod';
import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { Severity } from '../../../../contract/severity.js';
import { type JsonReportReader, noFacts, noteHidden } from '../../readers/report-reader.js';
import { numberIn, orNull } from '../../rows/clean-details.js';
import {
  checkIdOf,
  createGenericBuilder,
  type GenericResult,
  placeOf,
} from '../../rows/generic-row.js';
import { firstIssue, PLAIN, part, text, texts } from '../../rows/lenient.js';
import { observedIn } from '../../rows/observed-at.js';
import type { ReportFacts } from '../../rows/report.js';
import { fingerprintOf } from '../../rows/row-texts.js';
import { worstOf } from '../../rows/stated-verdicts.js';
import { urlIdentity, withoutValues } from '../../rows/url-identity.js';

/** The members used of one match, without request, response and curl command, which hold secrets. */
const Match = z.object({
  'template-id': text,
  templateID: text,
  'template-url': text,
  info: part({
    name: text,
    description: text,
    impact: text,
    remediation: text,
    severity: text,
    tags: z
      .unknown()
      .transform((tags) => (typeof tags === 'string' ? tags.split(',') : texts.parse(tags)))
      .prefault(null),
    reference: texts,
    classification: part({
      'cve-id': texts,
      'cwe-id': texts,
      'cvss-score': text,
      'cvss-metrics': text,
      'epss-score': text,
      'epss-percentile': text,
    }),
  }),
  'matcher-name': text,
  matcher_name: text,
  'extractor-name': text,
  'extracted-results': texts,
  type: text,
  host: text,
  port: text,
  'matched-at': text,
  matched: text,
  ip: text,
  timestamp: text,
  'matcher-status': z.boolean().nullish().catch(null),
  error: text,
  // Of a line of its error log.
  template: text,
  input: text,
  address: text,
});
type Match = z.infer<typeof Match>;

const MAX_NOTED = 1_000;

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'informational',
};

/** True for a match of nuclei. */
export function isNucleiMatch(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('info' in value)) return false;
  return 'template-id' in value || 'templateID' in value;
}

/** True for a line of its error log, which people append to a report. */
export function isNucleiError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false;
  return !('info' in value) && 'type' in value && ('input' in value || 'template' in value);
}

/** Reads matches one by one, as JSON Lines or the elements of an array. */
export function createNucleiReader(): JsonReportReader {
  const build = createGenericBuilder('nuclei');
  const facts = noFacts();
  return {
    *read(value) {
      const parsed = Match.safeParse(value, PLAIN);
      if (!parsed.success) {
        yield { rejected: firstIssue(parsed.error) };
        return;
      }
      if (isNucleiError(value)) {
        noteErrorLine(parsed.data, facts);
        yield { unread: 'lines of an error log, which are gaps', count: 1 };
        return;
      }
      const row = rowOf(parsed.data);
      if (parsed.data.error !== '') noteError(parsed.data, row, facts);
      yield build(row);
    },
    facts: () => facts,
  };
}

/** A template that failed on a site says nothing of that site; one without a name may be any. */
function noteError(
  { error }: Pick<Match, 'error'>,
  { checkId, provider, accountId = '' }: Pick<GenericResult, 'checkId' | 'provider' | 'accountId'>,
  facts: ReportFacts,
): void {
  if (facts.skipped.length === MAX_NOTED) {
    noteHidden(facts, { what: 'further templates', why: error, part: { tool: 'nuclei' } });
  }
  if (facts.skipped.length > MAX_NOTED) return;
  const id = checkIdOf(checkId);
  const place = accountId === '' ? { tool: 'nuclei' } : placeOf('nuclei', provider, accountId);
  const what = [id, accountId].filter((name) => name).join(' on ') || 'a template';
  noteHidden(facts, { what, why: error, part: { ...place, ...(id !== null && { checkId: id }) } });
}

/** The template is named by its file: `http/cves/2021/CVE-2021-44228.yaml`. */
function noteErrorLine(line: Match, facts: ReportFacts): void {
  if (line.error === '' || line.error === 'none') return;
  const checkId = /(?<![^/\\])([^/\\]+)\.ya?ml$/.exec(line.template)?.[1] ?? '';
  const at = line.input || line.address;
  const origins = at === '' ? [''] : originsOf(at, line);
  for (const accountId of origins) {
    const provider = /^https?:/i.test(accountId) ? 'web' : 'network';
    noteError(line, { checkId, provider, accountId }, facts);
    if (accountId !== '' && facts.places.length < MAX_NOTED)
      facts.places.push(placeOf('nuclei', provider, accountId));
  }
  const { observedAt } = observedIn([line.timestamp]);
  if (observedAt && observedAt > (facts.createdAt ?? '')) facts.createdAt = observedAt;
}

/** A site without its scheme may be either. */
function originsOf(at: string, line: Match): string[] {
  if (/^https?:\/\//i.test(at) || line.type !== 'http') return [siteOf(at, line).origin];
  return ['https', 'http'].map((scheme) => siteOf(`${scheme}://${at}`, line).origin);
}

function rowOf(match: Match): GenericResult {
  const { info } = match;
  const at = match['matched-at'] || match.matched || match.host;
  const { origin, path } = siteOf(at, match);
  const matcher = match['matcher-name'] || match.matcher_name;
  const cves = info.classification['cve-id'].map((id) => id.toUpperCase());
  const severity = SEVERITY[info.severity.toLowerCase()];
  return {
    checkId: match['template-id'] || match.templateID,
    title: info.name,
    description: info.description,
    risk: info.impact,
    remediation: info.remediation,
    remediationUrl: info.reference[0] ?? match['template-url'],
    service: match.type,
    resourceType: match.type,
    categories: [
      ...cves,
      ...info.classification['cwe-id'].map((id) => id.toUpperCase()),
      ...info.tags,
    ],
    ...verdictOf(match),
    severity: severity ?? 'medium',
    rawSeverity: info.severity,
    provider: match.type === 'http' || /^https?:/.test(at) ? 'web' : 'network',
    accountId: origin,
    ...aliasOf(origin, match),
    accountName: match.host,
    uid: `${origin}${path}`,
    subObject: [matcher, match['extractor-name']].filter((name) => name !== '').join('/'),
    hint: fingerprintOf([...match['extracted-results']].sort().join('\n')),
    observed: [
      `matched at ${withoutValues(at)}`,
      match.ip !== '' && `address ${match.ip}`,
      info.classification['cvss-score'] !== '' && `CVSS ${info.classification['cvss-score']}`,
      info.classification['epss-score'] !== '' && `EPSS ${info.classification['epss-score']}`,
    ]
      .filter(Boolean)
      .join(' · '),
    times: [match.timestamp],
    nativeUid: match['template-id'],
    details: detailsOf(match, at, cves),
  };
}

/** A match of severity `info` is an observation: a person decides whether it is acceptable. */
function verdictOf(match: Match): Pick<GenericResult, 'verdict' | 'contradiction'> {
  const found = match.info.severity.toLowerCase() === 'info' ? 'manual' : 'fail';
  const matched = match['matcher-status'];
  if (match.error !== '' && matched === true) {
    const { means: verdict, contradiction } = worstOf(
      [
        { by: 'matcher-status', word: 'true', means: found },
        { by: 'error', word: 'set', means: 'error' },
      ],
      'error',
    );
    return { verdict, ...(contradiction !== undefined && { contradiction }) };
  }
  if (match.error !== '') return { verdict: 'error' };
  return { verdict: matched === false ? 'not_evaluated' : found };
}

function detailsOf({ info, type }: Match, at: string, cves: string[]): FindingDetails {
  const { classification: about, tags } = info;
  const score = numberIn(about['cvss-score']);
  const epss = numberIn(about['epss-score']);
  return {
    ...(cves.length > 0 || score !== null
      ? {
          vulnerability: {
            ids: cves,
            cvss:
              score === null
                ? null
                : { score, vector: orNull(about['cvss-metrics']), source: 'template' },
            epss:
              epss === null
                ? null
                : { score: epss, percentile: numberIn(about['epss-percentile']) },
            // Templates of catalogued vulnerabilities have the catalogue as a tag; others state nothing.
            knownExploited: tags.some((tag) => tag.trim().toLowerCase() === 'kev') ? true : null,
          },
        }
      : {}),
    ...(type === 'http' || /^https?:/i.test(at)
      ? { web: { url: withoutValues(at), method: null, parameter: null } }
      : {}),
  };
}

/** A service of a host is the same by its address; a site is not, as an address may have many. */
function aliasOf(origin: string, { ip, type }: Match): { accountAliases?: string[] } {
  const port = /:\d{1,5}$/.exec(origin)?.[0];
  if (ip === '' || port === undefined || type === 'http' || /^https?:/i.test(origin)) return {};
  const alias = ip.includes(':') ? `[${ip}]${port}` : `${ip}${port}`;
  return alias === origin ? {} : { accountAliases: [alias] };
}

function siteOf(at: string, match: Match): { origin: string; path: string } {
  if (/^https?:\/\//i.test(at)) return urlIdentity(at, match.host);
  if (/^(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(at))
    return { origin: at.toLowerCase(), path: '' };
  const bare = match.host.replace(/^[a-z]+:\/\//i, '') || at;
  const port = match.port !== '' && !/:\d+$/.test(bare) ? `:${match.port}` : '';
  return { origin: `${bare}${port}`, path: '' };
}
