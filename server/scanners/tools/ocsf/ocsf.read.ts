import { z } from 'zod';
import type { Verdict } from '../../../../contract/verdict.js';
import type { ReaderContext } from '../../readers/format.js';
import { type JsonReportReader, noFacts } from '../../readers/report-reader.js';
import { createGenericBuilder, type GenericResult } from '../../rows/generic-row.js';
import { firstIssue, labels, PLAIN, part, text, texts, time } from '../../rows/lenient.js';
import { isVerdictWord, severityOf, verdictOf } from '../prowler/verdicts.js';
import { detailsOf, Vulnerabilities } from './ocsf-details.js';

const id = z.number().nullish().catch(null);
const Resource = part({ uid: text, name: text, type: text, region: text, namespace: text, labels });

/** The members used of an OCSF compliance (2003) or detection (2004) finding of any product except Prowler. */
const Finding = z.object({
  class_uid: z.union([z.literal(2003), z.literal(2004)], { error: 'is neither 2003 nor 2004' }),
  activity_id: id,
  message: text,
  severity: text,
  severity_id: id,
  status: text,
  status_id: id,
  status_code: text,
  status_detail: text,
  time,
  time_dt: time,
  metadata: part({
    event_code: text,
    product: part({ name: text, vendor_name: text, version: text }),
  }),
  finding_info: part({
    uid: text,
    title: text,
    desc: text,
    types: texts,
    analytic: part({ uid: text, name: text }),
  }),
  compliance: part({
    control: text,
    requirements: texts,
    standards: texts,
    status: text,
    status_id: id,
    status_code: text,
    status_detail: text,
  }),
  remediation: part({ desc: text, references: texts }),
  vulnerabilities: Vulnerabilities,
  resource: Resource.nullish(),
  resources: z.array(Resource).nullish().catch(null),
  cloud: part({ provider: text, region: text, account: part({ uid: text, name: text }) }),
});
type Finding = z.infer<typeof Finding>;

/** True for an OCSF finding of any product except Prowler. */
export function isForeignOcsf(value: unknown): boolean {
  const finding = value as {
    class_uid?: unknown;
    metadata?: { product?: { name?: unknown } };
  } | null;
  if (finding?.class_uid !== 2003 && finding?.class_uid !== 2004) return false;
  return finding.metadata?.product?.name !== 'Prowler';
}

export function looksLikeOcsf(value: Readonly<Record<string, unknown>>): boolean {
  const metadata = (value.metadata ?? {}) as object;
  return (
    'class_uid' in value ||
    'finding_info' in value ||
    (typeof metadata === 'object' && 'event_code' in metadata)
  );
}

/** Reads findings one by one, with a row per resource. */
export function createForeignOcsfReader({ toolNamed }: ReaderContext): JsonReportReader {
  const builders = new Map<string, ReturnType<typeof createGenericBuilder>>();
  return {
    *read(value) {
      const parsed = Finding.safeParse(value, PLAIN);
      if (!parsed.success) {
        yield { rejected: firstIssue(parsed.error) };
        return;
      }
      const tool = toolOf(parsed.data, toolNamed);
      const build = builders.get(tool) ?? createGenericBuilder(tool);
      builders.set(tool, build);
      for (const row of rowsOf(parsed.data, tool)) yield build(row);
      const further = (parsed.data.vulnerabilities?.length ?? 0) - 1;
      if (further > 0) {
        yield { unread: 'scores and packages of further vulnerabilities', count: further };
      }
    },
    facts: noFacts,
  };
}

/** By its product; only our web check keeps that name. */
function toolOf({ metadata: { product } }: Finding, toolNamed: ReaderContext['toolNamed']) {
  if (product.name === 'Web check' && product.vendor_name === 'OffloadSecurity') return 'web-check';
  return toolNamed(product.name || product.vendor_name);
}

function* rowsOf(finding: Finding, product: string): Iterable<GenericResult> {
  const { finding_info: info, compliance, cloud, metadata } = finding;
  const resources = finding.resources ?? (finding.resource ? [finding.resource] : []);
  const check =
    metadata.event_code ||
    info.analytic.uid ||
    compliance.control ||
    info.analytic.name ||
    info.title;
  const muted = finding.status_id === 3 || /^suppressed$/i.test(finding.status);
  for (const resource of resources.length > 0 ? resources : [Resource.parse({})]) {
    yield {
      checkId: check === '' ? '' : `${product}:${check}`,
      title: info.title || check,
      description: info.desc,
      remediation: finding.remediation.desc,
      remediationUrl: finding.remediation.references.find((url) => /^https?:/.test(url)) ?? '',
      service: product,
      resourceType: resource.type,
      categories: info.types,
      requirements: requirementsOf(finding),
      ...withMuting(verdictFor(finding), muted),
      severity: severityOf(finding.severity, finding.severity_id ?? null),
      rawSeverity: finding.severity || String(finding.severity_id ?? ''),
      provider: cloud.provider || 'other',
      accountId: cloud.account.uid,
      accountName: cloud.account.name,
      region: resource.region || cloud.region,
      uid: [resource.namespace, resource.uid || resource.name]
        .filter((name) => name !== '')
        .join('/'),
      name: resource.name,
      labels: resource.labels,
      isNamedInText: true,
      observed: compliance.status_detail || finding.status_detail || finding.message || info.desc,
      times: [finding.time, finding.time_dt],
      nativeUid: info.uid,
      toolVersion: metadata.product.version,
      ...detailsOf(finding.vulnerabilities),
    };
  }
}

/** A compliance finding states it in `compliance`; an open detection is a fail. */
function verdictFor(finding: Finding): Verdict {
  if (finding.class_uid === 2003) {
    const { status_id: statusId, status_code: code, status } = finding.compliance;
    // 1 pass, 2 warning, 3 fail; a warning is neither.
    const byId: Record<number, Verdict> = { 1: 'pass', 2: 'manual', 3: 'fail' };
    if (typeof statusId === 'number' && byId[statusId]) return byId[statusId];
    const word = [status, code].find((one) => one !== '' && isVerdictWord(one));
    return word === undefined || /^warning$/i.test(word)
      ? 'not_evaluated'
      : verdictOf(word, false).verdict;
  }
  if (finding.status_code !== '' && isVerdictWord(finding.status_code)) {
    return verdictOf(finding.status_code, false).verdict;
  }
  // Resolved, archived or closed: no longer a fail, but no tool checked it again.
  const isOver = [4, 5].includes(finding.status_id ?? 0) || finding.activity_id === 3;
  return isOver ? 'not_evaluated' : 'fail';
}

function withMuting(verdict: Verdict, muted: boolean) {
  if (!muted || verdict === 'muted') return { verdict, mutedVerdict: null };
  const beneath = verdict === 'pass' || verdict === 'fail' ? verdict : null;
  return { verdict: 'muted' as const, mutedVerdict: beneath };
}

function requirementsOf({ compliance }: Finding): Record<string, string[]> {
  return Object.fromEntries(
    compliance.standards.map((standard) => [standard, compliance.requirements]),
  );
}
