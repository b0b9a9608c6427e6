import { z } from 'zod';
import { firstIssue, labels, PLAIN, part, text, texts, time } from '../../rows/lenient.js';
import { createRowBuilder } from './build-row.js';
import { inferProvider } from './infer-provider.js';
import { furtherResources, type RawResult, type ReadResults } from './raw-result.js';

const Line = part({ Content: text, IsCause: z.boolean().catch(false) });
/** Of a result about infrastructure code: what Trivy says of its place. Prints of it are kept, no lines. */
const Cause = part({
  Resource: text,
  Code: part({ Lines: z.array(Line).nullish().catch(null) }),
});
const Resource = part({
  name: text,
  uid: text,
  type: text,
  region: text,
  namespace: text,
  labels,
  group: part({ name: text }),
  data: part({ metadata: part({ CauseMetadata: Cause }) }),
});

/**
 * The members used of an OCSF Detection Finding, from Prowler 4.2 (OCSF 1.2.0) on. The rest of the
 * resource's metadata is left out, as it is the raw cloud object including secrets.
 */
const OcsfFinding = z.object({
  class_uid: z.literal(2004, { error: 'is not 2004 (Detection Finding)' }).nullish(),
  message: text,
  severity: text,
  severity_id: z.number().nullish().catch(null),
  status: text,
  status_id: z.number().nullish().catch(null),
  status_code: text,
  status_detail: text,
  time,
  time_dt: time,
  event_time: time,
  risk_details: text,
  metadata: z.object({
    event_code: z.string({ error: 'is missing' }).min(1, { error: 'is empty' }),
    profiles: texts,
    product: z.object({ name: z.literal('Prowler', { error: 'is not Prowler' }), version: text }),
  }),
  finding_info: part({ uid: text, title: text, desc: text, created_time: time }),
  remediation: part({ desc: text, references: texts }),
  resources: z.array(Resource).catch([]),
  cloud: part({ provider: text, region: text, account: part({ uid: text, name: text }) }),
  unmapped: part({
    categories: texts,
    compliance: z.unknown().optional(),
    provider: text,
    provider_uid: text,
  }),
});
type OcsfFinding = z.infer<typeof OcsfFinding>;

/** True for an OCSF finding of Prowler. */
export function isProwler({ metadata }: Readonly<Record<string, unknown>>): boolean {
  const { product } = (metadata ?? {}) as { product?: { name?: unknown } | null };
  return product?.name === 'Prowler';
}

export function isProwlerOcsf(element: Readonly<Record<string, unknown>>): boolean {
  const { class_uid: classId } = element;
  return isProwler(element) && (classId === undefined || classId === 2004);
}

export function createOcsfReader(): ReadResults {
  const build = createRowBuilder();
  return function* (value) {
    const parsed = OcsfFinding.safeParse(value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    yield build(rawOf(parsed.data));
    yield* furtherResources(parsed.data.resources);
  };
}

function rawOf(finding: OcsfFinding): RawResult {
  const { finding_info: info, cloud, unmapped, metadata, remediation } = finding;
  const resource = finding.resources[0] ?? Resource.parse({});
  const provider = providerOf(finding);
  return {
    checkId: metadata.event_code,
    title: info.title,
    description: info.desc,
    risk: finding.risk_details,
    remediation: remediation.desc,
    // Up to 5.10, commands and vendors' pages are mixed; Prowler's page comes last.
    remediationUrl: remediation.references.findLast((item) => /^https?:\/\//.test(item)) ?? '',
    service: resource.group.name,
    resourceType: resource.type,
    categories: unmapped.categories,
    compliance: unmapped.compliance,
    status: finding.status_code,
    alsoStated: alsoStated(finding),
    ...mutingOf(finding),
    severity: finding.severity,
    severityId: finding.severity_id ?? null,
    provider,
    accountId: cloud.account.uid || accountWithoutCloud(finding, provider),
    accountName: cloud.account.name,
    region: resource.region || cloud.region,
    namespace: resource.namespace,
    uid: resource.uid,
    name: resource.name,
    labels: resource.labels,
    observed: finding.status_detail || finding.message,
    times: [finding.time, finding.time_dt, finding.event_time, info.created_time],
    nativeUid: info.uid,
    ...(provider === 'iac' && { content: contentOf(resource.data.metadata.CauseMetadata) }),
    toolVersion: metadata.product.version,
  };
}

/** The code at a line number, which moves while the code stays. */
function contentOf({ Resource: resource, Code }: z.infer<typeof Cause>): string {
  const lines = (Code.Lines ?? []).filter(({ IsCause }) => IsCause).map(({ Content }) => Content);
  return [resource, ...lines].join('\n').trim();
}

/** Members that may state the verdict beside `status_code`: each only as one word. */
function alsoStated(finding: OcsfFinding): RawResult['alsoStated'] {
  return [
    { by: 'status', word: finding.status },
    { by: 'status_detail', word: finding.status_detail },
  ];
}

/**
 * Prowler 4.2 wrote `status_id` 3 with `status` "New" for every ordinary result, so the text takes
 * precedence; the id alone is used from Prowler 5 on, where it means muted. Where both are stated, a result
 * is muted if both say so.
 */
function mutingOf(finding: OcsfFinding): Pick<RawResult, 'muted' | 'contradiction'> {
  if (finding.status_code.toUpperCase() === 'MUTED') return { muted: true };
  const { status, status_id: id } = finding;
  const byText = /^suppressed$/i.test(status);
  const isStatedTwice = status !== '' && (id === 1 || id === 2 || id === 3);
  const major = Number.parseInt(finding.metadata.product.version, 10);
  if (!isStatedTwice) return { muted: status === '' ? id === 3 && major >= 5 : byText };
  const isContradictory = byText !== (id === 3) && major >= 5;
  return {
    muted: byText && id === 3,
    ...(isContradictory && { contradiction: `status is ${status}, status_id is ${id}` }),
  };
}

function providerOf({ cloud, unmapped, finding_info: info, ...finding }: OcsfFinding): string {
  const stated = cloud.provider || unmapped.provider || /^prowler-([a-z0-9]+)-/.exec(info.uid)?.[1];
  if (stated) return stated;
  const { type = '', namespace = '' } = finding.resources[0] ?? {};
  const { event_code: checkId, profiles } = finding.metadata;
  return inferProvider({ checkId, resourceType: type, namespace, profiles });
}

/**
 * Kubernetes has no `cloud`. From 5.19 on `unmapped.provider_uid` names the cluster or context;
 * before, only the uid does: `prowler-kubernetes-<check>-<cluster>-namespace: <ns>-<name>`.
 */
function accountWithoutCloud(finding: OcsfFinding, provider: string): string {
  if (finding.unmapped.provider_uid !== '') return finding.unmapped.provider_uid;
  const uid = finding.finding_info.uid;
  const prefix = `prowler-${provider}-${finding.metadata.event_code}-`;
  const end = uid.indexOf('-namespace: ');
  return uid.startsWith(prefix) && end > prefix.length ? uid.slice(prefix.length, end) : '';
}
