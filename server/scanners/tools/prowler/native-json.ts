import { z } from 'zod';
import { firstIssue, labels, PLAIN, part, text, texts, time } from '../../rows/lenient.js';
import { createRowBuilder } from './build-row.js';
import type { RawResult, ReadResult } from './raw-result.js';

/** The members used of Prowler 3's JSON. Each provider names its account and region differently. */
const NativeFinding = z.object({
  FindingUniqueId: text,
  Provider: text,
  CheckID: z.string({ error: 'is missing' }).min(1, { error: 'is empty' }),
  CheckTitle: text,
  ServiceName: text,
  Status: text,
  StatusExtended: text,
  Severity: text,
  ResourceType: text,
  Description: text,
  Risk: text,
  Remediation: part({ Recommendation: part({ Text: text, Url: text }) }),
  Compliance: z.unknown().optional(),
  Categories: texts,
  AssessmentStartTime: time,
  AccountId: text,
  Subscription: text,
  ProjectId: text,
  OrganizationsInfo: part({ account_details_name: text }),
  Region: text,
  Location: text,
  Namespace: text,
  ResourceId: text,
  ResourceArn: text,
  ResourceName: text,
  ResourceTags: labels,
  ProwlerVersion: text,
});
type NativeFinding = z.infer<typeof NativeFinding>;

export function isNativeJson(element: Readonly<Record<string, unknown>>): boolean {
  return 'CheckID' in element && ('FindingUniqueId' in element || 'StatusExtended' in element);
}

export function createNativeJsonReader(): ReadResult {
  const build = createRowBuilder();
  return (value) => {
    const parsed = NativeFinding.safeParse(value, PLAIN);
    return parsed.success ? build(rawOf(parsed.data)) : { rejected: firstIssue(parsed.error) };
  };
}

function rawOf(finding: NativeFinding): RawResult {
  const recommendation = finding.Remediation.Recommendation;
  return {
    checkId: finding.CheckID,
    title: finding.CheckTitle,
    description: finding.Description,
    risk: finding.Risk,
    remediation: recommendation.Text,
    remediationUrl: recommendation.Url,
    service: finding.ServiceName,
    resourceType: finding.ResourceType,
    categories: finding.Categories,
    compliance: finding.Compliance,
    status: finding.Status,
    alsoStated: [{ by: 'StatusExtended', word: finding.StatusExtended }],
    muted: false,
    severity: finding.Severity,
    severityId: null,
    provider: finding.Provider,
    accountId: finding.AccountId || finding.Subscription || finding.ProjectId,
    accountName: finding.OrganizationsInfo.account_details_name,
    region: finding.Region || finding.Location,
    namespace: finding.Namespace,
    uid: finding.ResourceArn || finding.ResourceId,
    name: finding.ResourceName || finding.ResourceId,
    labels: finding.ResourceTags,
    observed: finding.StatusExtended,
    times: [finding.AssessmentStartTime],
    nativeUid: finding.FindingUniqueId,
    toolVersion: finding.ProwlerVersion,
  };
}
