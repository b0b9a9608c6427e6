import type { FindingDetails } from '../../../contract/finding-details.js';
import type { Severity } from '../../../contract/severity.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Reading } from '../readers/report-reader.js';
import { maskSecrets } from '../secrets/mask-secrets.js';
import { cleanDetails } from './clean-details.js';
import { cleanText } from './clean-text.js';
import { observedIn } from './observed-at.js';
import type { ReportedCheck, ReportPlace, ReportRow } from './report.js';
import {
  fingerprintOf,
  long,
  short,
  shortList,
  webAddress,
  whole,
  wholeAndHash,
  wholePart,
} from './row-texts.js';
import { discriminatorOf } from './tell-apart.js';

/** One result of any tool except Prowler, before cleaning and masking. Missing members are empty. */
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
  /** See `ReportRow`. */
  formerAccountId?: string;
  /** See `ReportRow`. */
  accountAliases?: readonly string[];
  accountName?: string;
  region?: string;
  uid: string;
  /** See `ReportRow`. */
  formerUid?: string;
  name?: string;
  labels?: string[];
  subObject?: string;
  formerSubObject?: string;
  /** Distinguishes it from other rows of the report with the same uid and sub-object. */
  hint?: string;
  /** The text is about one of several things that share a uid, so names in it distinguish them. */
  isNamedInText?: true;
  observed: string;
  times?: (string | number | null | undefined)[];
  nativeUid?: string;
  toolVersion?: string | null;
  details?: FindingDetails;
  /** See `ReadRow`. */
  contradiction?: string;
}

const MAX_ID = 200;
const MAX_FRAMEWORKS = 200;

/** The id reduced to characters that are safe in addresses and logs; null if none are left. */
export function checkIdOf(text: string): string | null {
  const clean = cleanText(text, 10_000);
  // A kind of check, not the name of a value.
  const kind = clean.startsWith('secret:') ? 'secret:' : '';
  const masked = kind + maskSecrets(clean.slice(kind.length));
  // Two ids stay two, although they differ in a secret only.
  const id = (masked === clean ? clean : `${masked}~${fingerprintOf(clean)}`)
    .replace(/[^A-Za-z0-9_.:/@+-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (id === '') return null;
  return id.length <= MAX_ID ? id : `${id.slice(0, MAX_ID - 17)}~${fingerprintOf(id)}`;
}

/** One per report and tool: rows with the same description of a check share one object. */
export function createGenericBuilder(tool: string): (result: GenericResult) => Reading {
  const seen = new Map<string, { stated: string; check: ReportedCheck }>();
  return (result) => {
    const id = checkIdOf(result.checkId);
    if (id === null) return { rejected: 'has no usable check id' };
    const stated = [result.title, result.description, result.risk, result.remediation].join('\0');
    const known = seen.get(id);
    const check = known?.stated === stated ? known.check : checkOf(id, result);
    if (check !== known?.check) seen.set(id, { stated, check });
    const { contradiction } = result;
    return {
      row: rowOf(tool, check, result),
      toolVersion: versionOf(result.toolVersion ?? ''),
      ...(contradiction !== undefined && { contradiction }),
    };
  };
}

function rowOf(tool: string, check: ReportedCheck, result: GenericResult): ReportRow {
  const { text: uid, hash } = wholeAndHash(result.uid);
  const uidHash = result.uid === '' ? wholeAndHash(result.name ?? '').hash : hash;
  const part = wholeAndHash(result.subObject ?? '');
  const subObject = part.hash === null ? part.text : `${part.text}#${part.hash}`;
  const former = result.formerSubObject ? whole(result.formerSubObject) : part.text;
  return {
    tool,
    check,
    verdict: result.verdict,
    mutedVerdict: result.verdict === 'muted' ? (result.mutedVerdict ?? null) : null,
    severity: result.severity,
    rawSeverity: short(result.rawSeverity),
    provider: short(result.provider).toLowerCase(),
    accountId: wholePart(result.accountId ?? ''),
    ...(result.formerAccountId === undefined
      ? {}
      : { formerAccountId: whole(result.formerAccountId) }),
    ...(result.accountAliases?.length && { accountAliases: result.accountAliases.map(whole) }),
    accountName: short(result.accountName ?? ''),
    region: short(result.region ?? ''),
    resource: {
      uid,
      ...(uidHash !== null && { uidHash }),
      name: short(result.name ?? '') || uid,
      type: short(result.resourceType ?? ''),
      labels: shortList(result.labels ?? []),
    },
    subObject,
    ...(former === subObject ? {} : { formerSubObject: former }),
    ...(result.formerUid !== undefined && { formerUid: whole(result.formerUid) }),
    ...apartOf(result),
    observed: long(result.observed),
    ...observedIn(result.times ?? []),
    nativeUid: short(result.nativeUid ?? ''),
    ...(result.details ? { details: cleanDetails(result.details) } : {}),
  };
}

function apartOf(result: GenericResult): Pick<ReportRow, 'discriminator' | 'hint'> {
  if (!result.isNamedInText) return result.hint ? { hint: result.hint } : {};
  const { checkId, uid, name = '', observed, accountId = '', accountName = '' } = result;
  const region = result.region ?? '';
  const identity = { checkId, uid, name, observed, accountId, accountName, region };
  const discriminator = discriminatorOf(identity);
  return discriminator === '' ? {} : { discriminator };
}

function checkOf(id: string, result: GenericResult): ReportedCheck {
  const requirements: Record<string, string[]> = Object.create(null);
  const stated = Object.entries(result.requirements ?? {}).slice(0, MAX_FRAMEWORKS);
  for (const [framework, ids] of stated) {
    if (framework !== '__proto__') requirements[short(framework)] = shortList(ids);
  }
  return {
    id,
    title: short(result.title) || id,
    description: long(result.description ?? ''),
    risk: long(result.risk ?? ''),
    remediation: long(result.remediation ?? ''),
    remediationUrl: webAddress(result.remediationUrl ?? ''),
    service: short(result.service ?? ''),
    resourceType: short(result.resourceType ?? ''),
    categories: shortList(result.categories ?? []),
    statedRequirements: requirements,
  };
}

/** A place with the same cleaning and masking as in rows. */
export function placeOf(
  tool: string,
  provider: string,
  accountId: string,
  formerAccountId?: string,
): ReportPlace {
  return {
    ...{ tool, provider: short(provider).toLowerCase(), accountId: wholePart(accountId) },
    ...(formerAccountId === undefined ? {} : { formerAccountId: whole(formerAccountId) }),
  };
}

function versionOf(text: string): string | null {
  return /^[vVrR]?\d[\w.+-]{0,40}$/.test(text.trim()) ? text.trim() : null;
}
