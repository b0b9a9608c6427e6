import type { Check, Finding, ImportDetail, ReportFormat } from '../../contract/security-scans.js';

const at = '2026-11-20T10:00:00.000Z';

export function aFinding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'fnd_1',
    tool: 'prowler',
    checkId: 's3_public',
    title: 'S3 buckets block public access',
    severity: 'high',
    rawSeverity: 'High',
    status: 'open',
    provider: 'aws',
    accountId: '112233445566',
    accountName: 'production',
    region: 'eu-west-1',
    service: 's3',
    resourceUid: 'arn:aws:s3:::billing',
    resourceName: 'billing',
    resourceType: 'AwsS3Bucket',
    observed: 'Bucket billing does not block public access.',
    verdict: 'fail',
    firstSeenAt: at,
    lastSeenAt: at,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    reopenedCount: 0,
    staleSince: null,
    triage: null,
    ...parts,
  };
}

export function aCheck(parts: Partial<Check> = {}): Check {
  return {
    id: 's3_public',
    tool: 'prowler',
    title: 'S3 buckets block public access',
    description: 'Looks at **block public access**.',
    risk: 'Anybody may read <script>alert(1)</script> what is stored.',
    remediation: '1. Turn it on\n2. Review policies',
    remediationUrl: 'javascript:alert(1)',
    service: 's3',
    provider: 'aws',
    severity: 'high',
    categories: [],
    statedRequirements: { 'CIS-5.0': ['2.1.4'] },
    ...parts,
  };
}

export function anImport(parts: Partial<ImportDetail> = {}): ImportDetail {
  return {
    id: 'imp_1',
    fileName: 'report.ocsf.json',
    sizeBytes: 1_400_000,
    sha256: 'ab12',
    status: 'completed',
    progress: 1,
    tool: 'prowler',
    format: 'ocsf',
    toolVersion: '5.13.1',
    results: 1_302,
    counts: { pass: 890, fail: 412, manual: 0, muted: 0, error: 0 },
    findings: { opened: 400, reopened: 7, resolved: 3, unchanged: 5, stale: 1 },
    accounts: ['112233445566'],
    coverage: null,
    identical: false,
    partial: false,
    problem: null,
    createdAt: at,
    finishedAt: at,
    undo: { possible: true, reason: null },
    ...parts,
  };
}

export function aReportFormat(parts: Partial<ReportFormat> = {}): ReportFormat {
  return {
    id: 'trivy-json',
    tool: 'trivy',
    toolTitle: 'Trivy',
    ofAnyTool: false,
    title: 'JSON',
    homepage: 'https://trivy.example',
    example: '`trivy image -f json nginx`',
    silence: 'Nothing.',
    ...parts,
  };
}
