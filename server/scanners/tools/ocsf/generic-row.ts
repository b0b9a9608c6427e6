import { createHash } from 'node:crypto';
import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import { cleanText } from '../../clean-text.js';
import { maskSecrets } from '../../mask-secrets.js';
import type { ReportedCheck } from '../../report.js';
import { observedAtOf } from '../prowler/observed-at.js';
import type { Reading } from '../prowler/raw-result.js';

/** One result of any tool but Prowler, before cleaning and masking. What is left out is empty. */
export interface GenericResult {
  checkId: string;
  title: string;
  description?: string;
  risk?: string;
  remediation?: string;
  remediationUrl?: string;
  service?: string;
  resourceType?: string;
  categories?: string[];
  /** Framework to requirement ids, as the tool states them. */
  requirements?: Record<string, string[]>;
  verdict: Verdict;
  mutedVerdict?: 'pass' | 'fail' | null;
  severity: Severity;
  rawSeverity: string;
  provider: string;
  accountId?: string;
  accountName?: string;
  region?: string;
  uid: string;
  name?: string;
  labels?: string[];
  subObject?: string;
  observed: string;
  times?: (string | number | null | undefined)[];
  nativeUid?: string;
  toolVersion?: string | null;
}

const MAX_NAME = 1000;
const MAX_LIST = 200;

/** The id with characters that addresses and logs carry; null when nothing is left of it. */
export function checkIdOf(text: string): string | null {
  const id = cleanText(text, 200)
    .replace(/[^A-Za-z0-9_.:/@+-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
  return id === '' ? null : id;
}

/** One per report: rows of a check that is described alike share one description. */
export function createGenericBuilder(): (result: GenericResult) => Reading {
  const seen = new Map<string, { stated: string; check: ReportedCheck }>();
  return (result) => {
    const id = checkIdOf(result.checkId);
    if (id === null) return { rejected: 'has no usable check id' };
    const stated = [result.title, result.description, result.risk, result.remediation].join('\0');
    const known = seen.get(id);
    const check = known?.stated === stated ? known.check : checkOf(id, result);
    if (check !== known?.check) seen.set(id, { stated, check });
    return { row: rowOf(check, result), toolVersion: versionOf(result.toolVersion ?? '') };
  };
}

function rowOf(check: ReportedCheck, result: GenericResult) {
  const uid = short(result.uid);
  return {
    check,
    verdict: result.verdict,
    mutedVerdict: result.verdict === 'muted' ? (result.mutedVerdict ?? null) : null,
    severity: result.severity,
    rawSeverity: short(result.rawSeverity),
    provider: short(result.provider).toLowerCase(),
    accountId: short(result.accountId ?? ''),
    accountName: short(result.accountName ?? ''),
    region: short(result.region ?? ''),
    resource: {
      uid,
      name: short(result.name ?? '') || uid,
      type: short(result.resourceType ?? ''),
      labels: shortList(result.labels ?? []),
    },
    subObject: short(result.subObject ?? ''),
    observed: maskSecrets(cleanText(result.observed)),
    observedAt: observedAtOf(result.times ?? []),
    nativeUid: short(result.nativeUid ?? ''),
  };
}

function checkOf(id: string, result: GenericResult): ReportedCheck {
  const url = result.remediationUrl ?? '';
  const requirements: Record<string, string[]> = Object.create(null);
  for (const [framework, ids] of Object.entries(result.requirements ?? {}).slice(0, MAX_LIST)) {
    if (framework !== '__proto__') requirements[short(framework)] = shortList(ids);
  }
  return {
    id,
    title: short(result.title) || id,
    description: maskSecrets(cleanText(result.description ?? '')),
    risk: maskSecrets(cleanText(result.risk ?? '')),
    remediation: maskSecrets(cleanText(result.remediation ?? '')),
    remediationUrl: /^https?:\/\/\S+$/i.test(url) ? short(url) : null,
    service: short(result.service ?? ''),
    resourceType: short(result.resourceType ?? ''),
    categories: shortList(result.categories ?? []),
    statedRequirements: requirements,
  };
}

const short = (text: string) => maskSecrets(cleanText(text, MAX_NAME));
const shortList = (texts: string[]) =>
  texts
    .slice(0, MAX_LIST)
    .map(short)
    .filter((text) => text !== '');

function versionOf(text: string): string | null {
  return /^[vVrR]?\d[\w.+-]{0,40}$/.test(text.trim()) ? text.trim() : null;
}

/** Stands for a text in an identity: white space does not count, nor do secrets leave it. */
export function fingerprintOf(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain === '' ? '' : createHash('sha256').update(plain).digest('hex').slice(0, 16);
}
