import { z } from 'zod';
import { firstIssue, labels, PLAIN, part, text, texts, time } from '../../rows/lenient.js';
import { createRowBuilder } from './build-row.js';
import { furtherResources, type RawResult, type ReadResults } from './raw-result.js';
import { requirementsOfList } from './stated-requirements.js';

/** The members used of an AWS Security Finding from Prowler or Security Hub. */
const AsffFinding = z.object({
  SchemaVersion: text,
  Id: text,
  GeneratorId: z.string({ error: 'is missing' }).regex(/^prowler-/, { error: 'is not of Prowler' }),
  AwsAccountId: text,
  AwsAccountName: text,
  Title: text,
  Description: text,
  UpdatedAt: time,
  CreatedAt: time,
  RecordState: text,
  Workflow: part({ Status: text }),
  Severity: part({ Label: text, Original: text }),
  ProductFields: part({ ProviderVersion: text, ProwlerResourceName: text }),
  Resources: z.array(part({ Id: text, Type: text, Region: text, Tags: labels })).catch([]),
  Compliance: part({
    Status: text,
    RelatedRequirements: texts,
    AssociatedStandards: z.array(part({ StandardsId: text })).catch([]),
  }),
  Remediation: part({ Recommendation: part({ Text: text, Url: text }) }),
});
type AsffFinding = z.infer<typeof AsffFinding>;

/** Prowler 2.x, whose check ids differ and are not supported. */
export const PROWLER_2_ASFF = /^prowler-(check|extra)\d/;

/** A Security Hub export mixes products; its other findings are counted as rejected. */
export function isAsff(element: Readonly<Record<string, unknown>>): boolean {
  if (element.SchemaVersion !== '2018-10-08' && !('GeneratorId' in element)) return false;
  return !PROWLER_2_ASFF.test(String(element.GeneratorId ?? ''));
}

export function createAsffReader(): ReadResults {
  const build = createRowBuilder();
  return function* (value) {
    const parsed = AsffFinding.safeParse(value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    yield build(rawOf(parsed.data));
    yield* furtherResources(parsed.data.Resources);
  };
}

function rawOf(finding: AsffFinding): RawResult {
  const checkId = finding.GeneratorId.slice('prowler-'.length);
  const resource = finding.Resources[0];
  const statedName = finding.ProductFields.ProwlerResourceName;
  return {
    checkId,
    title: finding.Title,
    // ASFF's description is about the resource; the check's description is missing.
    description: '',
    risk: '',
    remediation: finding.Remediation.Recommendation.Text,
    remediationUrl: finding.Remediation.Recommendation.Url,
    service: checkId.split('_')[0] ?? '',
    resourceType: resource?.Type ?? '',
    categories: [],
    compliance: requirementsOf(finding),
    status: finding.Compliance.Status,
    alsoStated: [{ by: 'Description', word: finding.Description }],
    muted: finding.RecordState === 'ARCHIVED' || finding.Workflow.Status === 'SUPPRESSED',
    severity: finding.Severity.Label,
    severityId: null,
    provider: 'aws',
    accountId: finding.AwsAccountId,
    accountName: finding.AwsAccountName,
    region: resource?.Region ?? '',
    namespace: '',
    uid: resource?.Id ?? '',
    // Prowler 5 writes the uid here, Prowler 3 the name.
    name: statedName === resource?.Id ? lastPart(statedName) : statedName,
    labels: resource?.Tags ?? [],
    observed: finding.Description,
    times: [finding.UpdatedAt, finding.CreatedAt],
    nativeUid: finding.Id,
    toolVersion: finding.ProductFields.ProviderVersion,
  };
}

/** Names frameworks even without their ids. */
function requirementsOf({ Compliance: compliance }: AsffFinding): Record<string, string[]> {
  const stated = requirementsOfList(compliance.RelatedRequirements);
  for (const { StandardsId: id } of compliance.AssociatedStandards) {
    if (id !== '') stated[id] ??= [];
  }
  return stated;
}

function lastPart(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1) || arn;
}
