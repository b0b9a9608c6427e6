import type {
  ControlDetail,
  ControlSummary,
  FrameworkSummary,
  MatchReason,
  RequirementState,
} from '../../contract/compliance.js';
import { PERMISSIONS } from '../../contract/endpoint.js';
import type { Me } from '../../contract/platform.js';
import type { Check, Finding, ReportImport } from '../../contract/security-scans.js';
import type { PostureData } from '../features/compliance/posture.data.js';

const at = '2026-11-20T10:00:00.000Z';

export function aMe(unavailable: Record<string, string> = {}): Me {
  return {
    user: { id: 'usr_1', name: 'Kim' },
    team: { id: 'team_1', name: 'Platform team' },
    permissions: [...PERMISSIONS],
    modules: ['platform', 'security-scans', 'compliance'].map((name) => ({
      name,
      status: name in unavailable ? 'unavailable' : 'available',
      prefixes: [`/api/${name}`],
      reason: unavailable[name] ?? null,
    })),
  };
}

export function aFramework(parts: Partial<FrameworkSummary> = {}): FrameworkSummary {
  return {
    id: 'nist',
    name: 'NIST SP 800-53',
    version: 'rev. 5',
    publisher: 'NIST',
    about: 'Controls for information systems.',
    evaluatedAt: at,
    score: 34,
    coverage: 52,
    ceiling: 71,
    band: 'red',
    requirements: {
      total: 474,
      satisfied: 118,
      partial: 94,
      failing: 37,
      notAssessed: 225,
      notApplicable: 0,
    },
    ...parts,
  };
}

export const untouched = {
  score: 0,
  coverage: 0,
  ceiling: 100,
  band: 'none',
  evaluatedAt: null,
} as const;

export function aPosture(parts: Partial<PostureData> = {}): PostureData {
  return {
    frameworks: [aFramework()],
    controls: {
      implemented: 20,
      partial: 18,
      not_implemented: 26,
      not_applicable: 2,
      not_assessed: 169,
    },
    openFindings: { critical: 12, high: 3_257, medium: 0, low: 1, informational: 0 },
    accounts: [{ provider: 'aws', accountId: '112233445566', results: 1_302, lastSeenAt: at }],
    topFixes: [
      {
        controlId: 'IAC-06',
        title: 'Multi-factor authentication',
        status: 'not_implemented',
        reason: '412 of 1,302 results fail',
        openFindings: 412,
        worstSeverity: 'critical',
        gain: 12.4,
        frameworks: [{ id: 'nist', gain: 12.4 }],
      },
    ],
    lastRun: {
      mode: 'full',
      startedAt: at,
      durationMs: 1_840,
      checks: 312,
      controlsChanged: 14,
      requirementsChanged: 121,
    },
    ...parts,
  };
}

export const emptyPosture = (): PostureData =>
  aPosture({
    frameworks: [aFramework(untouched)],
    accounts: [],
    topFixes: [],
    lastRun: null,
    openFindings: { critical: 0, high: 0, medium: 0, low: 0, informational: 0 },
  });

export function aRequirement(parts: Partial<RequirementState> = {}): RequirementState {
  return {
    id: 'AC-1',
    title: 'Access policy',
    section: 'AC',
    status: 'not_assessed',
    value: 0,
    coverage: 0,
    weight: 5,
    attestationNeeded: false,
    attestation: null,
    controls: [],
    ...parts,
  };
}

export function aControl(parts: Partial<ControlSummary> = {}): ControlSummary {
  return {
    id: 'IAC-06',
    title: 'Multi-factor authentication',
    domain: 'IAC',
    domainName: 'Identification and access',
    weight: 9,
    kind: 'technology',
    status: 'not_implemented',
    assurance: 'fresh',
    reason: '412 of 1,302 results fail, among them 3 critical',
    openFindings: 412,
    contradicted: false,
    ...parts,
  };
}

export function aMatch(parts: Partial<MatchReason> = {}): MatchReason {
  return { tier: 1, confidence: 1, text: 'Mapped by hand.', edges: [], tokens: [], ...parts };
}

export function aControlDetail(parts: Partial<ControlDetail> = {}): ControlDetail {
  return {
    ...aControl(),
    intent: 'People prove who they are by more than one factor.',
    cadence: 'continuous',
    keywords: ['mfa'],
    explanation: {
      rule: 'An open critical fail makes a control not implemented.',
      whatWouldChangeIt: ['Resolving the 3 critical findings would make it partial.'],
      inputs: [
        {
          tool: 'prowler',
          checkId: 'iam_root_mfa_enabled',
          title: 'The root account has MFA',
          severity: 'critical',
          match: aMatch(),
          pass: 890,
          fail: 412,
          exempted: 12,
          unknown: 3,
          lastSeenAt: at,
        },
        {
          tool: 'prowler',
          checkId: 'iam_user_mfa',
          title: 'Users have MFA',
          severity: 'high',
          match: aMatch({
            tier: 2,
            confidence: 0.8,
            text: 'The tool states a requirement that leads here.',
            edges: [{ framework: 'nist', requirement: 'IA-2', stated: 'ia_2' }],
            tokens: [{ keyword: 'mfa', field: 'title', weight: 3.2 }],
          }),
          pass: 10,
          fail: 1,
          exempted: 0,
          unknown: 0,
          lastSeenAt: null,
        },
      ],
      inputsTotal: 2,
      accountsWithoutEvidence: ['220011334455'],
    },
    decision: null,
    requirements: [
      {
        framework: 'nist',
        frameworkName: 'NIST SP 800-53',
        requirement: 'IA-2',
        title: 'Users are identified',
        relation: 'subset',
      },
    ],
    since: at,
    evaluatedAt: at,
    ...parts,
  };
}

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

export function anImport(parts: Partial<ReportImport> = {}): ReportImport {
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
    identical: false,
    partial: false,
    problem: null,
    createdAt: at,
    finishedAt: at,
    ...parts,
  };
}
