import { z } from 'zod';
import type { Verdict } from '../../../../contract/verdict.js';
import type { ReaderContext } from '../../readers/format.js';
import { type JsonReportReader, noFacts } from '../../readers/report-reader.js';
import { createGenericBuilder, type GenericResult } from '../../rows/generic-row.js';
import { firstIssue, labels, PLAIN, part, text, texts, time } from '../../rows/lenient.js';
import { type Statement, worstOf } from '../../rows/stated-verdicts.js';
import { isVerdictWord, severityIn, verdictOf } from '../prowler/verdicts.js';
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
  const verdict = verdictFor(finding);
  const muting = mutingOf(finding);
  const severity = severityIn(finding.severity, finding.severity_id ?? null);
  const contradictions = [verdict, muting, severity].flatMap((each) => each.contradiction ?? []);
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
      ...withMuting(verdict.means, muting.means),
      severity: severity.means,
      ...(contradictions.length > 0 && { contradiction: contradictions.join('; ') }),
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
function verdictFor(finding: Finding) {
  return finding.class_uid === 2003 ? complianceVerdict(finding) : detectionVerdict(finding);
}

/** 1 pass, 2 warning, 3 fail; a warning is neither. */
const COMPLIANCE_BY_ID: Readonly<Record<number, Verdict>> = { 1: 'pass', 2: 'manual', 3: 'fail' };

function complianceVerdict({ compliance, status_code: code }: Finding) {
  const byId = COMPLIANCE_BY_ID[compliance.status_id ?? 0];
  const warning = byId === 'manual' ? 'manual' : 'not_evaluated';
  const words: [string, string][] = [
    ['compliance.status', compliance.status],
    ['compliance.status_code', compliance.status_code],
    ['compliance.status_detail', compliance.status_detail],
  ];
  // Of the event it may state anything, but a fail is one.
  if (isVerdictWord(code) && verdictOf(code) === 'fail') words.push(['status_code', code]);
  return worstOf(
    [
      ...(byId
        ? [{ by: 'compliance.status_id', word: `${compliance.status_id}`, means: byId }]
        : []),
      ...words
        .filter(([, word]) => isVerdictWord(word))
        .map(([by, word]) => ({
          ...{ by, word },
          means: /^warning$/i.test(word.trim()) ? (warning as Verdict) : verdictOf(word),
        })),
    ],
    'not_evaluated',
  );
}

function detectionVerdict(finding: Finding) {
  const words: [string, string][] = [
    ['status_code', finding.status_code],
    ['status', finding.status],
  ];
  const stated = words.filter(([, word]) => isVerdictWord(word));
  if (stated.length > 0) {
    stated.push(
      ...[['status_detail', finding.status_detail] as [string, string]].filter(([, word]) =>
        isVerdictWord(word),
      ),
    );
    return worstOf(
      stated.map(([by, word]) => ({ by, word, means: verdictOf(word) })),
      'not_evaluated',
    );
  }
  // Resolved, archived or closed: no longer a fail, but no tool checked it again.
  const id = finding.status_id ?? 0;
  const lives: Statement[] = [];
  if (id === 1 || id === 2) lives.push({ by: 'status_id', word: String(id), means: 'fail' });
  if (id === 4 || id === 5)
    lives.push({ by: 'status_id', word: String(id), means: 'not_evaluated' });
  if (/^(?:new|in progress)$/i.test(finding.status)) {
    lives.push({ by: 'status', word: finding.status, means: 'fail' });
  } else if (/^(?:resolved|archived|closed)$/i.test(finding.status)) {
    lives.push({ by: 'status', word: finding.status, means: 'not_evaluated' });
  }
  if (finding.activity_id === 3) {
    lives.push({ by: 'activity_id', word: '3', means: 'not_evaluated' });
  }
  return worstOf(lives, 'fail');
}

/** Where `status` and its id disagree, a result is not muted. */
function mutingOf({ status, status_id: id }: Finding): { means: boolean; contradiction?: string } {
  const byText = /^suppressed$/i.test(status);
  const isKnown = /^(?:new|in progress|resolved|archived)$/i.test(status);
  if (!byText && !isKnown) return { means: id === 3 };
  if (typeof id !== 'number' || id === 0 || id === 99 || byText === (id === 3))
    return { means: byText };
  return { means: false, contradiction: `status is ${status}, status_id is ${id}` };
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
