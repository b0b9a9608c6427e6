import type { FindingDetails } from '../../../../contract/finding-details.js';
import type { Reading } from '../../readers/report-reader.js';
import { observedIn } from '../../rows/observed-at.js';
import type { ReportedCheck, ReportRow } from '../../rows/report.js';
import {
  fingerprintOf,
  long,
  short,
  shortList,
  webAddress,
  whole,
  wholeAndHash,
  wholePart,
} from '../../rows/row-texts.js';
import { discriminatorOf } from '../../rows/tell-apart.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { canonicalCheckId } from './check-aliases.js';
import { inferProvider } from './infer-provider.js';
import type { RawResult } from './raw-result.js';
import { statedRequirementsOf } from './stated-requirements.js';
import { severityIn, statedVerdict, withMuting } from './verdicts.js';

const CHECK_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$/;

/** Builds a row from a format's result, in one place, so that all formats give the same identity. */
export type BuildRow = (raw: RawResult) => Reading;

/** One per report: rows of the same check share one description. */
export function createRowBuilder(): BuildRow {
  const describe = createCheckMemory();
  return (stated) => {
    const raw =
      stated.provider.trim() === '' ? { ...stated, provider: inferProvider(stated) } : stated;
    const checkId = raw.checkId.trim();
    if (!CHECK_ID.test(checkId) || maskSecrets(checkId) !== checkId)
      return { rejected: 'has no usable check id' };
    if (raw.provider === '') return { rejected: 'does not name its provider' };
    const verdict = statedVerdict(raw);
    const severity = severityIn(raw.severity, raw.severityId);
    const row = rowOf(raw, describe(raw), { verdict: verdict.means, severity: severity.means });
    const contradictions = [verdict, severity, raw].flatMap((each) => each.contradiction ?? []);
    return {
      row,
      toolVersion: versionOf(raw.toolVersion),
      ...(contradictions.length > 0 && { contradiction: contradictions.join('; ') }),
    };
  };
}

function rowOf(
  raw: RawResult,
  check: ReportedCheck,
  { verdict, severity }: Pick<ReportRow, 'verdict' | 'severity'>,
): ReportRow {
  const provider = short(raw.provider).toLowerCase();
  const named = wholeAndHash(raw.name);
  const identified = wholeAndHash(raw.uid);
  const name = named.text;
  const uid = identified.text || name;
  const { hash: uidHash } = raw.uid === '' ? named : identified;
  const inKubernetes = provider === 'kubernetes';
  const lines = provider === 'iac' ? lineRangeOf(raw) : '';
  return {
    tool: 'prowler',
    check,
    ...withMuting(verdict, raw.muted),
    severity,
    rawSeverity: short(raw.severity) || String(raw.severityId ?? ''),
    provider,
    accountId: wholePart(raw.accountId),
    accountName: short(raw.accountName),
    region: inKubernetes ? '' : short(raw.region),
    resource: {
      uid: inKubernetes ? inNamespace(uid, short(raw.namespace)) : uid,
      ...(uidHash !== null && { uidHash }),
      name: name || uid,
      type: short(raw.resourceType),
      labels: shortList(raw.labels),
    },
    subObject: '',
    ...apartOf(raw, check.id),
    ...(lines === '' ? {} : { formerSubObject: lines, details: detailsOf(raw, lines) }),
    observed: long(raw.observed),
    ...observedIn(raw.times),
    nativeUid: short(raw.nativeUid),
  };
}

/** Includes the namespace in a Kubernetes resource's id, as names repeat across namespaces. */
function inNamespace(uid: string, namespace: string): string {
  if (namespace === '' || namespace === 'cluster-wide' || uid === '') return uid;
  return uid.split(/[/:]/).includes(namespace) ? uid : `${namespace}/${uid}`;
}

/** From the texts before masking, of which only hashes are stored. */
function apartOf(raw: RawResult, checkId: string): Pick<ReportRow, 'discriminator' | 'hint'> {
  const { uid, name, observed, accountId, accountName, region } = raw;
  const said = { checkId, uid: uid || name, name, observed, accountId, accountName, region };
  if (raw.content) return { discriminator: fingerprintOf(raw.content) };
  const discriminator = discriminatorOf(said);
  return discriminator === '' ? {} : { discriminator };
}

function detailsOf(raw: RawResult, lines: string): FindingDetails {
  const line = Number.parseInt(lines, 10);
  return { code: { file: whole(raw.uid || raw.name), line, match: null } };
}

/** The uid of infrastructure-as-code results ends in their lines: `…-main.tf-3:9`. */
function lineRangeOf(raw: RawResult): string {
  return /-(\d{1,9}[:-]\d{1,9})$/.exec(raw.nativeUid)?.[1] ?? '';
}

function versionOf(text: string): string | null {
  const version = text.trim();
  return /^v?\d+\.\d+[\w.+-]{0,40}$/.test(version) ? version : null;
}

/** Texts of a check. Compared as they are: written as JSON for each row, they would cost far more. */
const TEXTS = [
  ...(['title', 'description', 'risk', 'remediation'] as const),
  ...(['remediationUrl', 'service', 'resourceType'] as const),
];

/** The check's description, cleaned and masked once for all rows with the same text. */
function createCheckMemory(): (raw: RawResult) => ReportedCheck {
  const seen = new Map<string, { raw: RawResult; lists: string; check: ReportedCheck }>();
  return (raw) => {
    const lists = JSON.stringify([raw.categories, raw.compliance]);
    const id = raw.checkId.trim();
    const known = seen.get(id);
    const isSame = known?.lists === lists && TEXTS.every((text) => known.raw[text] === raw[text]);
    if (isSame) return known.check;
    const check = checkOf(id, raw);
    seen.set(id, { raw, lists, check });
    return check;
  };
}

function checkOf(id: string, raw: RawResult): ReportedCheck {
  return {
    id: canonicalCheckId(id),
    title: short(raw.title) || id,
    description: long(raw.description),
    risk: long(raw.risk),
    remediation: long(raw.remediation),
    remediationUrl: webAddress(raw.remediationUrl),
    service: short(raw.service),
    resourceType: short(raw.resourceType),
    categories: shortList(raw.categories),
    statedRequirements: statedRequirementsOf(raw.compliance),
  };
}
