import type { Severity } from '../../../../contract/severity.js';
import { orNull } from '../../rows/clean-details.js';
import type { GenericResult } from '../../rows/generic-row.js';
import { NO_FIX } from '../../rows/report-filters.js';
import { fingerprintOf } from '../../rows/row-texts.js';
import { packageKey, packagePath } from './package-identity.js';
import type { License, Misconfiguration, Result, Secret, Vulnerability } from './trivy-schema.js';

/** What all rows of one result share. */
export interface Where {
  provider: string;
  accountId: string;
  formerAccountId?: string;
  accountName: string;
  uid: string;
  resourceType: string;
  times: string[];
  toolVersion: string;
}

const SEVERITY: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
};
/** Unknown counts as medium, so that nothing is overlooked; the raw word is kept. */
const severityOf = (word: string): Severity => SEVERITY[word.toUpperCase()] ?? 'medium';

const joined = (parts: (string | false)[], by = ' · ') => parts.filter(Boolean).join(by);

/** A vulnerable package. `fixed` means that a fix exists, so it is a fail like the others. */
export function vulnerabilityRow(
  found: Vulnerability,
  result: Result,
  where: Where,
): GenericResult {
  const path = packagePath(found.PkgPath, result, found.InstalledVersion);
  const key = packageKey(found.PkgIdentifier.PURL, result.Type, found.PkgName);
  const source = found.SeveritySource;
  return {
    checkId: found.VulnerabilityID,
    title: joined([found.VulnerabilityID, found.Title], ': '),
    description: found.Description,
    // "Not affected" according to the vendor is neither a fail nor evidence.
    verdict: found.Status === 'not_affected' ? 'not_evaluated' : 'fail',
    severity: severityOf(found.Severity),
    rawSeverity: joined([found.Severity, source !== '' && `(${source})`], ' '),
    remediation: 'Upgrade the package to a version that has the fix.',
    remediationUrl: found.PrimaryURL,
    service: result.Type,
    categories: ['vulnerability', ...found.CweIDs],
    subObject: joined([key, path], ' at '),
    hint: fingerprintOf(found.InstalledVersion),
    details: {
      vulnerability: {
        ids: [found.VulnerabilityID],
        cvss: bestScore(found),
        epss: null,
        knownExploited: null,
      },
      package: {
        name: found.PkgName,
        purl: orNull(found.PkgIdentifier.PURL),
        installedVersion: orNull(found.InstalledVersion),
        fixedVersion: orNull(found.FixedVersion),
        path: orNull(found.PkgPath || path),
      },
    },
    observed: joined([
      `${found.PkgName} ${found.InstalledVersion}${path ? ` in ${found.PkgPath || result.Target}` : ''}`,
      found.FixedVersion ? `fixed in ${found.FixedVersion}` : NO_FIX,
      found.Status !== '' && `status ${found.Status}`,
      source !== '' && `severity by ${source}`,
      scoreOf(found),
    ]),
    nativeUid: found.PkgID,
    ...where,
  };
}

/** The score of the source of the severity, else the highest; null if there is none. */
function bestScore({ CVSS, SeveritySource }: Vulnerability) {
  const scores = Object.entries(CVSS)
    .map(([source, cvss]) => {
      const score = cvss.V40Score ?? cvss.V3Score ?? cvss.V2Score ?? 0;
      const vector = cvss.V40Score ? cvss.V40Vector : cvss.V3Vector || cvss.V2Vector;
      return { source, score, vector: orNull(vector) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return scores.find(({ source }) => source === SeveritySource) ?? scores[0] ?? null;
}

function scoreOf(found: Vulnerability): string {
  const best = bestScore(found);
  return best ? `CVSS ${best.score} (${joined([best.source, best.vector ?? ''], ' ')})` : '';
}

/** `DS002`, `AVD-DS-0002` and `DS-0002` are the same check. */
export function misconfigurationId(id: string): string {
  const found = /^(?:AVD-)?([A-Z]{2,12})-?(\d{1,5})$/.exec(id.trim().toUpperCase());
  return found ? `${found[1]}-${(found[2] ?? '').padStart(4, '0')}` : id;
}

export function misconfigurationRow(
  found: Misconfiguration,
  result: Result,
  where: Where,
): GenericResult {
  const cause = found.CauseMetadata;
  const status = found.Status.toUpperCase();
  const verdict =
    status === 'PASS'
      ? 'pass'
      : status === 'FAIL'
        ? 'fail'
        : status === 'EXCEPTION'
          ? 'muted'
          : 'not_evaluated';
  const code = (cause.Code.Lines ?? [])
    .filter((line) => line.IsCause)
    .map((line) => line.Content.trim());
  // By its subject, else by the code, never by the line.
  const what = cause.Resource || fingerprintOf(code.join('\n'));
  const line = cause.StartLine ? ` at line ${cause.StartLine}` : '';
  return {
    checkId: misconfigurationId(found.ID || found.AVDID),
    title: found.Title,
    description: found.Description,
    verdict,
    mutedVerdict: null,
    severity: severityOf(found.Severity),
    rawSeverity: found.Severity,
    remediation: found.Resolution,
    remediationUrl: found.PrimaryURL,
    service: joined([cause.Provider, cause.Service], '/').toLowerCase(),
    categories: ['misconfiguration'],
    subObject: joined([result.Target, verdict === 'fail' && what], '#'),
    hint: fingerprintOf(code.join('\n')) || fingerprintOf(found.Message),
    observed: joined(
      [`${result.Target}${line}`, cause.Resource, found.Message || found.Title],
      ': ',
    ),
    nativeUid: found.AVDID || found.ID,
    details: { code: { file: result.Target, line: cause.StartLine ?? null, match: null } },
    ...where,
  };
}

/** Trivy masks the secret, and so do we; neighbouring lines are left out. */
export function secretRow(found: Secret, result: Result, where: Where): GenericResult {
  // Keeps lines that Trivy has masked; a line without its mask is not trusted.
  const masked = /\*{3,}/.test(found.Match) ? found.Match.slice(0, 300) : null;
  return {
    checkId: found.RuleID && `secret:${found.RuleID}`,
    title: joined(['Secret in a file', found.Title], ': '),
    verdict: 'fail',
    severity: severityOf(found.Severity),
    rawSeverity: found.Severity,
    risk: 'Whoever can read the file can use the secret.',
    remediation: 'Revoke the secret, issue a new one and keep it out of files.',
    service: found.Category,
    categories: ['secret'],
    subObject: joined([result.Target, fingerprintOf(found.Match)], '#'),
    observed: joined(
      [
        `${result.Target}${found.StartLine ? ` at line ${found.StartLine}` : ''}`,
        masked !== null && masked,
      ],
      ': ',
    ),
    details: { code: { file: result.Target, line: found.StartLine ?? null, match: masked } },
    ...where,
  };
}

/** A licence is an observation; only licences that Trivy forbids or restricts fail. */
export function licenseRow(found: License, result: Result, where: Where): GenericResult {
  const category = found.Category.toLowerCase();
  return {
    checkId: [found.Name, found.PkgName, found.FilePath].some(Boolean)
      ? `license:${found.Name || 'unknown'}`
      : '',
    title: `Licence ${found.Name || 'unknown'}`,
    verdict: category === 'forbidden' || category === 'restricted' ? 'fail' : 'manual',
    severity: category === 'unknown' || category === '' ? 'low' : severityOf(found.Severity),
    rawSeverity: joined([found.Severity, category !== '' && `(${category})`], ' '),
    remediation: 'Have the licence approved, or replace the package.',
    remediationUrl: found.Link,
    categories: ['license'],
    subObject: joined(
      [found.PkgName, found.FilePath || (result.Class === 'license-file' && result.Target)],
      ' at ',
    ),
    observed: `${found.PkgName || found.FilePath || result.Target} is under ${found.Name || 'an unknown licence'} (${category || 'no category'})`,
    ...where,
  };
}
