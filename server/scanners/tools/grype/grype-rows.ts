import type { Severity } from '../../../../contract/severity.js';
import { orNull } from '../../rows/clean-details.js';
import type { GenericResult } from '../../rows/generic-row.js';
import { withoutVersion, withoutVersionIn } from '../../rows/package-url.js';
import { NO_FIX } from '../../rows/report-filters.js';
import { fingerprintOf } from '../../rows/row-texts.js';
import type { Match, Vulnerability } from './grype-schema.js';

/** What all matches of a report share. */
export interface Where {
  provider: string;
  accountId: string;
  formerAccountId?: string;
  accountName: string;
  uid: string;
  resourceType: string;
  /** Of the scanned image; empty for anything else. */
  digest: string;
  times: string[];
  toolVersion: string;
}

const SEVERITY: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  NEGLIGIBLE: 'low',
};

/** System packages are located in the package database, which does not distinguish them. */
const OF_SYSTEM = new Set(['deb', 'rpm', 'apk', 'alpm', 'portage', 'linux-kernel']);
const MAX_SUMMARY = 120;

export function rowOf(
  { vulnerability: found, relatedVulnerabilities, artifact, matchDetails, ...match }: Match,
  { digest, ...where }: Where,
  { isIgnored = false } = {},
): GenericResult {
  const about = [found, ...relatedVulnerabilities];
  const description = about.map((one) => one.description).find((text) => text !== '') ?? '';
  const path = OF_SYSTEM.has(artifact.type) ? '' : firstPath(artifact);
  const fixedIn =
    matchDetails.map(({ fix }) => fix.suggestedVersion).find((version) => version !== '') ??
    found.fix.versions.join(', ');
  const cvss = bestScore(found) ?? relatedVulnerabilities.map(bestScore).find(Boolean) ?? null;
  const epss = about.flatMap((one) => one.epss)[0];
  const cwes = about.flatMap((one) => one.cwes.map(({ cwe }) => cwe.toUpperCase()));
  return {
    checkId: found.id,
    title: [found.id, summaryOf(description)].filter(Boolean).join(': '),
    description,
    verdict: isIgnored ? 'muted' : 'fail',
    mutedVerdict: isIgnored ? 'fail' : null,
    // Unknown counts as medium, so that nothing is overlooked; the raw word is kept.
    severity: SEVERITY[found.severity.toUpperCase()] ?? 'medium',
    rawSeverity: found.severity,
    remediation: 'Upgrade the package to a version that has the fix.',
    remediationUrl: found.dataSource,
    service: artifact.type,
    categories: ['vulnerability', ...new Set(cwes.filter((cwe) => cwe !== ''))],
    subObject: [keyOf(artifact), withoutVersionIn(path, artifact.version)]
      .filter(Boolean)
      .join(' at '),
    hint: fingerprintOf(artifact.version),
    details: {
      vulnerability: {
        ids: about.map(({ id }) => id),
        cvss,
        epss:
          typeof epss?.epss === 'number'
            ? { score: epss.epss, percentile: epss.percentile ?? null }
            : null,
        knownExploited: about.some((one) => one.knownExploited.length > 0) ? true : null,
      },
      package: {
        name: artifact.name,
        purl: orNull(artifact.purl),
        installedVersion: orNull(artifact.version),
        fixedVersion: orNull(fixedIn),
        path: orNull(path),
      },
    },
    observed: [
      `${artifact.name} ${artifact.version}${path === '' ? '' : ` in ${path}`}`,
      fixedIn === '' ? NO_FIX : `fixed in ${fixedIn}`,
      found.fix.state !== '' && `fix ${found.fix.state}`,
      cvss && `CVSS ${cvss.score}`,
      digest !== '' && `image ${digest}`,
      ...match.appliedIgnoreRules.map(reasonOf),
    ]
      .filter(Boolean)
      .join(' · '),
    nativeUid: found.namespace,
    ...where,
  };
}

/** A package without its version; by type and name if it has no package URL. */
function keyOf({ purl, type, name }: Match['artifact']): string {
  return purl.startsWith('pkg:') ? withoutVersion(purl) : `pkg:${type || 'generic'}/${name}`;
}

/** One of several places, independent of their order. */
function firstPath({ locations }: Match['artifact']): string {
  const paths = locations.map(({ path }) => path).filter((path) => path !== '');
  return paths.sort()[0] ?? '';
}

function bestScore({ cvss, namespace }: Vulnerability) {
  const [best] = cvss
    .flatMap(({ source, vector, metrics: { baseScore } }) =>
      baseScore ? [{ score: baseScore, vector: orNull(vector), source: source || namespace }] : [],
    )
    .sort((a, b) => b.score - a.score);
  return best ? { ...best, source: orNull(best.source) } : null;
}

function summaryOf(description: string): string {
  const [sentence = ''] = description
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=\.) /, 1);
  return sentence.length > MAX_SUMMARY ? `${sentence.slice(0, MAX_SUMMARY - 1)}…` : sentence;
}

/** An ignore rule or the vendor dismissed it. */
function reasonOf(rule: Match['appliedIgnoreRules'][number]): string {
  const said = [rule['vex-status'], rule['vex-justification'], rule.reason, rule['fix-state']];
  return `ignored${said.some(Boolean) ? `: ${said.filter(Boolean).join(', ')}` : ''}`;
}
