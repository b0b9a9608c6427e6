import { z } from 'zod';
import type { Severity } from '../../../../contract/severity.js';
import { createGenericBuilder, type GenericResult } from '../ocsf/generic-row.js';
import { type JsonReportReader, noFacts } from '../ocsf/report-reader.js';
import { firstIssue, part, text, texts } from '../prowler/lenient.js';
import { urlIdentity } from '../zap/url-identity.js';

/** What we need of one match. Request, response and the curl command are left out: they hold secrets. */
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
      'epss-score': text,
    }),
  }),
  'matcher-name': text,
  matcher_name: text,
  'extractor-name': text,
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

const SEVERITY: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'informational',
};

/** True when an element is a match of nuclei. */
export function isNucleiMatch(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('info' in value)) return false;
  return 'template-id' in value || 'templateID' in value;
}

/** Reads matches one by one, as JSON Lines or the elements of an array. */
export function createNucleiReader(): JsonReportReader {
  const build = createGenericBuilder();
  return {
    *read(value) {
      const parsed = Match.safeParse(value);
      yield parsed.success ? build(rowOf(parsed.data)) : { rejected: firstIssue(parsed.error) };
    },
    facts: noFacts,
  };
}

function rowOf(match: Match): GenericResult {
  const { info } = match;
  const at = match['matched-at'] || match.matched || match.host;
  const { origin, path } = placeOf(at, match);
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
    observed: [
      `matched at ${at.replace(/([?&][^=&#]{1,200})=[^&#]*/g, '$1=…')}`,
      match.ip !== '' && `address ${match.ip}`,
      info.classification['cvss-score'] !== '' && `CVSS ${info.classification['cvss-score']}`,
      info.classification['epss-score'] !== '' && `EPSS ${info.classification['epss-score']}`,
    ]
      .filter(Boolean)
      .join(' · '),
    times: [match.timestamp],
    nativeUid: match['template-id'],
  };
}

/** What a template of severity `info` detects is an observation: a person has to say if it may be. */
function verdictOf(match: Match): GenericResult['verdict'] {
  if (match.error !== '') return 'error';
  if (match['matcher-status'] === false) return 'not_evaluated';
  return match.info.severity.toLowerCase() === 'info' ? 'manual' : 'fail';
}

function placeOf(at: string, match: Match): { origin: string; path: string } {
  if (/^https?:\/\//i.test(at)) return urlIdentity(at, match.host);
  if (/^(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(at))
    return { origin: at.toLowerCase(), path: '' };
  const bare = match.host.replace(/^[a-z]+:\/\//i, '') || at;
  const port = match.port !== '' && !/:\d+$/.test(bare) ? `:${match.port}` : '';
  return { origin: `${bare}${port}`, path: '' };
}
