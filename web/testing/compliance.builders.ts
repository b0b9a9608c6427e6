import type {
  CheckFix,
  ControlDetail,
  ControlSummary,
  FrameworkSummary,
  MatchReason,
  RequirementState,
} from '../../contract/compliance.js';
import type { PostureData } from '../features/posture/posture.data.js';

const at = '2026-11-20T10:00:00.000Z';

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
    passing: 63.5,
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
  passing: null,
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
    attributions: [],
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

export function aCheckFix(parts: Partial<CheckFix> = {}): CheckFix {
  return {
    tool: 'prowler',
    checkId: 'iam_root_mfa_enabled',
    title: 'The root account has MFA',
    severity: 'critical',
    findings: 9,
    accounts: ['aws/112233445566', 'aws/220011334455'],
    accountsTotal: 2,
    controls: 4,
    completes: [{ id: 'IAC-06', title: 'Multi-factor authentication' }],
    raises: [{ id: 'IAC-15', title: 'Account management', to: 'partial' }],
    gain: 3.5,
    frameworks: [{ id: 'nist', name: 'NIST SP 800-53', gain: 3.5, passing: 0.8 }],
    ...parts,
  };
}

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
    outdatedAttestation: null,
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
    attributions: [],
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
          fail: 411,
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
      regions: [
        { account: 'aws/1', kind: 'one_region', regions: ['eu-west-1'], total: 1 },
        { account: 'aws/2', kind: 'not_listed', regions: ['us-east-1'], total: 1 },
      ],
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
