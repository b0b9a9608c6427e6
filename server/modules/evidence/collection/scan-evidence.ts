import { createHash } from 'node:crypto';
import type { Relation, Tier } from '../../../../contract/control.js';
import type { Compliance } from '../../compliance/index.js';
import type { CheckEvidence, SecurityScans } from '../../security-scans/index.js';

type ReportImport = Awaited<ReturnType<SecurityScans['imports']['get']>>;
type CheckMatches = Awaited<ReturnType<Compliance['matches']['list']>>[number];
type Catalogue = Awaited<ReturnType<Compliance['catalogues']['of']>>;

/** The results of one check in one import, for a control. */
interface CheckSummary {
  tool: string;
  checkId: string;
  title: string;
  tier: Tier;
  relation: Relation | null;
  pass: number;
  fail: number;
  unknown: number;
  complete: boolean;
  accounts: string[];
  lastSeenAt: string;
}

/** The content of one item of technical evidence: one import, for the controls of one domain. */
export interface ScanEvidence {
  format: 'offload-security/scan-evidence/1';
  import: {
    id: string;
    tool: string | null;
    toolVersion: string | null;
    reportSha256: string | null;
    fileName: string;
    finishedAt: string | null;
    partial: boolean;
  };
  domain: { code: string; name: string };
  controls: { controlId: string; title: string; checks: CheckSummary[] }[];
}

/** Whether the engine has matched every check of an import to controls; nothing can be collected before. */
export function isMatched(
  importId: string,
  { checks, scopes }: CheckEvidence,
  matches: readonly CheckMatches[],
): boolean {
  const known = new Set(checks.map(({ tool, check }) => `${tool}\0${check.id}`));
  const matched = new Set(matches.map(({ tool, checkId }) => `${tool}\0${checkId}`));
  return scopes
    .filter(({ lastImportId }) => lastImportId === importId)
    .map(({ tool, checkId }) => `${tool}\0${checkId}`)
    .every((check) => matched.has(check) || !known.has(check));
}

/**
 * The evidence of an import, one document per control domain, so that its size does not grow with the findings.
 * Scopes that a later report covered belong to that report. Matches by text or domain alone prove nothing, nor do
 * checks that only intersect a control or have no verdict; a control with no other checks is left out.
 */
export function scanEvidenceOf(
  item: ReportImport,
  { checks, scopes }: CheckEvidence,
  matches: readonly CheckMatches[],
  catalogue: Catalogue,
): ScanEvidence[] {
  const titles = new Map(checks.map(({ tool, check }) => [`${tool}\0${check.id}`, check.title]));
  const shown = shownByCheck(scopes.filter(({ lastImportId }) => lastImportId === item.id));
  const byDomain = new Map<string, Map<string, CheckSummary[]>>();
  for (const { tool, checkId, matches: found } of matches) {
    const counts = shown.get(`${tool}\0${checkId}`);
    if (!counts) continue;
    for (const { controlId, reason } of found) {
      const control = catalogue.controls.get(controlId);
      if (!control || reason.tier > 2) continue;
      const controls = byDomain.get(control.domain) ?? new Map<string, CheckSummary[]>();
      byDomain.set(control.domain, controls);
      const title = titles.get(`${tool}\0${checkId}`) || checkId;
      const { tier, relation = null } = reason;
      const list = controls.get(controlId) ?? [];
      list.push({ tool, checkId, title, tier, relation, ...counts });
      controls.set(controlId, list);
    }
  }
  for (const [domain, controls] of byDomain) {
    for (const [controlId, list] of controls) {
      if (!list.some(decides)) controls.delete(controlId);
    }
    if (controls.size === 0) byDomain.delete(domain);
  }
  return [...byDomain].sort(byKey).map(([code, controls]) => ({
    format: 'offload-security/scan-evidence/1',
    import: {
      id: item.id,
      tool: item.tool,
      toolVersion: item.toolVersion,
      reportSha256: item.sha256,
      fileName: item.fileName,
      finishedAt: item.finishedAt,
      partial: item.partial,
    },
    domain: { code, name: catalogue.domains.get(code)?.name ?? code },
    controls: [...controls].sort(byKey).map(([controlId, list]) => ({
      controlId,
      title: catalogue.controls.get(controlId)?.title ?? controlId,
      checks: list.sort((a, b) => compare(`${a.tool}\0${a.checkId}`, `${b.tool}\0${b.checkId}`)),
    })),
  }));
}

function decides({ relation, pass, fail }: CheckSummary): boolean {
  return relation !== 'intersects' && pass + fail > 0;
}

type Counts = Omit<CheckSummary, 'tool' | 'checkId' | 'title' | 'tier' | 'relation'>;

function shownByCheck(scopes: CheckEvidence['scopes']): Map<string, Counts> {
  const found = new Map<string, Counts>();
  for (const {
    tool,
    checkId,
    provider,
    accountId,
    lastSeenAt,
    lastCompleteAt,
    gapSince,
    tallies,
  } of scopes) {
    const key = `${tool}\0${checkId}`;
    const counts = found.get(key) ?? {
      pass: 0,
      fail: 0,
      unknown: 0,
      complete: true,
      accounts: [],
      lastSeenAt,
    };
    found.set(key, counts);
    for (const { standing, count } of tallies) {
      counts[standing === 'pass' || standing === 'fail' ? standing : 'unknown'] += count;
    }
    if (lastCompleteAt === null || lastCompleteAt < lastSeenAt || gapSince) counts.complete = false;
    if (lastSeenAt > counts.lastSeenAt) counts.lastSeenAt = lastSeenAt;
    const account = `${provider}/${accountId}`;
    if (!counts.accounts.includes(account)) counts.accounts.push(account);
    counts.accounts.sort();
  }
  return found;
}

/** Derived from the content's origin, so that collecting twice adds nothing. */
export function collectedId(teamId: string, ...what: string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([teamId, ...what]))
    .digest('hex');
  return `evd_${hash.slice(0, 26)}`;
}

function byKey(a: [string, unknown], b: [string, unknown]): number {
  return compare(a[0], b[0]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
