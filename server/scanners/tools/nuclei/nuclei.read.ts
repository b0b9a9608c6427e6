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
import type { ReportFacts } from '../../rows/report.js';
import { fingerprintOf } from '../../rows/row-texts.js';
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
      const row = rowOf(parsed.data);
      if (parsed.data.error !== '') noteError(parsed.data, row, facts);
      yield build(row);
    },
    facts: () => facts,
  };
}

/** A template that failed on a site says nothing of that site. */
function noteError(
  { error }: Match,
  { checkId, provider, accountId = '' }: GenericResult,
  facts: ReportFacts,
): void {
  if (facts.skipped.length === MAX_NOTED) {
    noteHidden(facts, { what: 'further templates', why: error, part: { tool: 'nuclei' } });
  }
  if (facts.skipped.length > MAX_NOTED) return;
  const part = { ...placeOf('nuclei', provider, accountId), checkId: checkIdOf(checkId) ?? '' };
  noteHidden(facts, { what: `${checkId} on ${accountId}`, why: error, part });
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
    verdict: verdictOf(match),
    severity: severity ?? 'medium',
    rawSeverity: info.severity,
    provider: match.type === 'http' || /^https?:/.test(at) ? 'web' : 'network',
    accountId: origin,
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
function verdictOf(match: Match): GenericResult['verdict'] {
  if (match.error !== '') return 'error';
  if (match['matcher-status'] === false) return 'not_evaluated';
  return match.info.severity.toLowerCase() === 'info' ? 'manual' : 'fail';
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

function siteOf(at: string, match: Match): { origin: string; path: string } {
  if (/^https?:\/\//i.test(at)) return urlIdentity(at, match.host);
  if (/^(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(at))
    return { origin: at.toLowerCase(), path: '' };
  const bare = match.host.replace(/^[a-z]+:\/\//i, '') || at;
  const port = match.port !== '' && !/:\d+$/.test(bare) ? `:${match.port}` : '';
  return { origin: `${bare}${port}`, path: '' };
}
