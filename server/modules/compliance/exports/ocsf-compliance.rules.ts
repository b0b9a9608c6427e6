import type { MatchReason } from '../../../../contract/compliance.js';
import type { Severity } from '../../../../contract/severity.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import { attributionsOf, type Catalogue } from '../../catalogue/index.js';
import type { ControlMatch } from '../../mapping/index.js';
import type { CheckResult, KnownCheck } from '../../security-scans/index.js';
import { passesCount } from '../engine/evidence.rules.js';
import { withheldText } from '../engine/proof-sentences.rules.js';
import { accountOf } from '../engine/tallies.rules.js';
import type { EvidenceQuality } from './evidence-quality.rules.js';
import { uuidOf } from './uuid-v5.js';

/** The version of the schema that events are written by. */
export const OCSF_VERSION = '1.5.0';

const SEVERITY_ID: Record<Severity, number> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

export type ResultStatus = 'pass' | 'fail' | 'unknown';

/** The effect of one result on one control: a pass counts only if it counts in the engine. */
export function statusFor(
  standing: CheckResult['standing'],
  match: MatchReason,
  { complete, withheld, validUntil }: EvidenceQuality,
): ResultStatus {
  // What a search finds does not fail the control that asks for the search.
  if (standing === 'fail') return match.finds ? 'unknown' : 'fail';
  const counts =
    standing === 'pass' &&
    validUntil === undefined &&
    passesCount({ tally: { complete }, match, withheld });
  return counts ? 'pass' : 'unknown';
}

const COMPLIANCE: Record<ResultStatus, { status_id: number; status: string }> = {
  pass: { status_id: 1, status: 'Pass' },
  unknown: { status_id: 2, status: 'Warning' },
  fail: { status_id: 3, status: 'Fail' },
};

export interface ComplianceFacts {
  result: CheckResult;
  check: KnownCheck | undefined;
  match: ControlMatch;
  quality: EvidenceQuality;
  /** Figures beside the status of the control, and of the frameworks that it serves. */
  figures: EventFigures;
  catalogue: Catalogue;
  /** Only requirements of this framework are named. */
  framework?: string;
  productVersion: string;
}

export interface EventFigures {
  control: { passing: number | null; expired_passes: number; implemented_until: string | null };
  /** By id. */
  frameworks: ReadonlyMap<string, FrameworkEventFigures>;
}

interface FrameworkEventFigures {
  id: string;
  score: number | null;
  passing: number | null;
  /** What expired evidence took from the score. */
  expired_points: number;
}

/** A Compliance Finding (class 2003) for one check result and one control. It does not depend on the time of writing. */
export function complianceFinding(facts: ComplianceFacts) {
  const { result, check, match, quality, figures, catalogue, framework, productVersion } = facts;
  const { controlId, reason } = match;
  const status = statusFor(result.standing, reason, quality);
  const time = Date.parse(result.observedAt);
  const uid = uuidOf('ocsf', result.teamId, result.id, controlId);
  const served = catalogue
    .requirementsOf(controlId)
    .filter((edge) => !framework || edge.framework.id === framework);
  const frameworks = [...new Set(served.map((edge) => edge.framework))];
  const standards = [...new Set(frameworks.map(standardOf))];
  const attributions = attributionsOf([
    catalogue.controls.get(controlId),
    ...served.map((edge) => edge.framework),
  ]);
  const title = check?.check.title || result.checkId;
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200301,
    type_name: 'Compliance Finding: Create',
    time,
    severity_id: SEVERITY_ID[result.severity],
    severity: capital(result.severity),
    ...lifecycleOf(status, result.exempt),
    message: maskSecrets(result.observed || title),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'OffloadSecurity', vendor_name: 'OffloadSecurity', version: productVersion },
      uid,
      event_code: result.checkId,
      log_provider: result.tool,
      ...(result.provider ? { profiles: ['cloud'] } : {}),
    },
    finding_info: {
      uid,
      title,
      ...(check?.check.description ? { desc: maskSecrets(check.check.description) } : {}),
      created_time: time,
      data_sources: [result.tool],
      types: check?.check.categories.length ? [...check.check.categories] : undefined,
    },
    compliance: {
      ...COMPLIANCE[status],
      control: `${controlId} ${catalogue.controls.get(controlId)?.title ?? ''}`.trim(),
      standards: standards.length > 0 ? standards : ['OffloadSecurity common controls'],
      requirements: served.map((edge) => `${edge.framework.id} ${edge.requirement.id}`),
      checks: [{ uid: result.checkId, name: title, ...COMPLIANCE[verdictOf(result.standing)] }],
      status_code: result.exempt ? 'exempt' : result.verdict,
      status_details: [reason.text, ...notProven(facts, status)],
    },
    resources: [
      {
        uid: result.resourceUid,
        name: result.resourceName || result.resourceUid,
        type: result.resourceType || undefined,
        region: result.region || undefined,
      },
    ],
    ...(result.provider
      ? {
          cloud: {
            provider: result.provider,
            account: { uid: result.accountId, name: result.accountName || undefined },
            region: result.region || undefined,
          },
        }
      : {}),
    ...(status === 'fail' && check?.check.remediation
      ? {
          remediation: {
            desc: maskSecrets(check.check.remediation),
            references: check.check.remediationUrl ? [check.check.remediationUrl] : undefined,
          },
        }
      : {}),
    unmapped: {
      match: { tier: reason.tier, confidence: reason.confidence, relation: reason.relation },
      control: figures.control,
      frameworks: frameworks.flatMap(({ id }) => figures.frameworks.get(id) ?? []),
      requirement_page: REQUIREMENT_PAGE,
      ...(attributions.length > 0 ? { attributions } : {}),
    },
  };
}

/** The triage state of the finding; none for a pass. */
function lifecycleOf(status: ResultStatus, exempt: boolean) {
  if (status === 'pass') return {};
  return exempt && status === 'fail'
    ? { status_id: 3, status: 'Suppressed' }
    : { status_id: 1, status: 'New' };
}

/** The page of a requirement in the web app, by the ids in `compliance.requirements`. */
const REQUIREMENT_PAGE = '/frameworks/{framework}/requirements/{requirement}';

const verdictOf = (standing: CheckResult['standing']): ResultStatus =>
  standing === 'pass' || standing === 'fail' ? standing : 'unknown';

function notProven(facts: ComplianceFacts, status: ResultStatus): string[] {
  const { result, match, quality } = facts;
  const { complete, withheld, validUntil } = quality;
  if (result.standing === 'pass' && status === 'pass') {
    return ['A pass shows its own part of the control.'];
  }
  if (result.standing !== 'pass' || status !== 'unknown') return [];
  if (withheld) {
    return [withheldText(withheld, { tool: result.tool, accountId: accountOf(result) })];
  }
  const isProof = statusFor('pass', match.reason, { complete: true }) === 'pass';
  return [
    ...(isProof
      ? []
      : [
          'The check passed, but a match of this kind does not show that the control is implemented.',
        ]),
    ...(complete
      ? []
      : ['The check passed, but its report was cut off: what is missing of it may have failed.']),
    ...(validUntil === undefined
      ? []
      : [`The check passed, but its evidence expired: it counted until ${validUntil}.`]),
  ];
}

const standardOf = ({ name, version }: { name: string; version: string }) =>
  name.includes(version) ? name : `${name} ${version}`;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
