import type {
  Assurance,
  ControlDecision,
  ControlExplanation,
  ControlStatus,
  ProofChecklist,
} from '../../../../contract/compliance.js';
import type { RegionNote } from '../../../../contract/regions.js';
import { inputsOf, ruleOf, whatWouldChange } from './control-explanation.rules.js';
import type { StatusBasis } from './evidence.rules.js';
import {
  decides,
  type EvidenceSummary,
  evidenceOf,
  type StatusSettings,
  type TallyMatch,
} from './evidence.rules.js';
import type { ProofReading } from './proof-checklist.rules.js';
import { statedNumbersOf } from './stated-numbers.rules.js';

export interface ControlEvidence {
  tallies: readonly TallyMatch[];
  /** Accounts of the providers whose checks count for the control. */
  scope: readonly string[];
  /** What results show of the regions of these accounts. */
  regions?: readonly RegionNote[];
  proof: ProofReading;
  decision: ControlDecision | null;
  /** ISO 8601 UTC. */
  now: string;
  settings: StatusSettings;
}

export interface ControlVerdict {
  status: ControlStatus;
  assurance: Assurance;
  /** One sentence with numbers and the worst check. */
  reason: string;
  explanation: ControlExplanation;
  /** A decision and the evidence disagree. */
  contradicted: boolean;
  openFindings: number;
  /** The status by evidence alone. */
  evidenceStatus: ControlStatus;
}

/** Maximum number of inputs in an explanation; `inputsTotal` has the full number. */
const MAX_INPUTS = 100;
/** Maximum number of items of the checklist; it has the totals. */
const MAX_ITEMS = 30;
/** How many accounts an explanation names. */
const MAX_ACCOUNTS = 20;
const DAY_MS = 86_400_000;

/** Most controls of most teams: of them only the settings are shown, so one verdict serves all. */
const withoutEvidence = new WeakMap<StatusSettings, ControlVerdict>();

/** Not applicable → override → failing evidence → valid answer → passing evidence → not assessed. */
export function statusOf(given: ControlEvidence): ControlVerdict {
  const { tallies, scope, regions = [], proof, decision, settings } = given;
  const shown = tallies.length + scope.length + regions.length + proof.items.length;
  if (shown > 0 || decision !== null) return verdictOn(given);
  const known = withoutEvidence.get(settings) ?? verdictOn(given);
  withoutEvidence.set(settings, known);
  return known;
}

function verdictOn(given: ControlEvidence): ControlVerdict {
  const { proof, now, regions = [] } = given;
  const { isProven, lapsedAt } = proof;
  const shown = { isProven, lapsedAt, now };
  const evidence = evidenceOf(given.tallies, given.scope, given.settings, shown);
  const decision = validDecision(given);
  const { basis, status } = decide(decision, evidence);
  const contradicted = decision !== null && disagree(decision, evidence);
  const inputs = inputsOf(given.tallies.filter(decides));
  const related = inputsOf(given.tallies.filter((each) => !decides(each)));
  const facts = { basis, status, evidence, inputs, related, decision, proof };
  const { reason, rule } = ruleOf(facts);
  const stated = statedNumbersOf(given.tallies, given);
  return {
    status,
    assurance: contradicted ? 'conflicting' : assuranceOf(basis, decision, given, evidence),
    reason,
    explanation: {
      rule,
      whatWouldChangeIt: whatWouldChange(facts),
      inputs: inputs.slice(0, MAX_INPUTS),
      inputsTotal: inputs.length,
      related: related.slice(0, MAX_INPUTS),
      relatedTotal: related.length,
      relatedFindings: evidence.touchingFails,
      ...(inputs.length + proof.items.length > 0 ? { proof: checklistOf(proof) } : {}),
      accountsWithoutEvidence: evidence.accountsWithout,
      ...(regions.length > 0 ? { regions: regions.slice(0, MAX_ACCOUNTS) } : {}),
      ...(evidence.expired > 0 ? { expired: expiredOf(basis, evidence) } : {}),
      scope: {
        accounts: [...given.scope].sort().slice(0, MAX_ACCOUNTS),
        total: given.scope.length,
      },
      settings: shownSettings(given.settings),
      ...(stated.length > 0 ? { stated } : {}),
    },
    contradicted,
    openFindings: evidence.fails,
    evidenceStatus: evidence.status,
  };
}

function checklistOf({ by, items, shown, without, unsurveyed }: ProofReading): ProofChecklist {
  const counts = { total: items.length, shown };
  const narrow = unsurveyed.slice(0, MAX_ACCOUNTS);
  return {
    by,
    items: items.slice(0, MAX_ITEMS),
    ...counts,
    without: [...without],
    unsurveyed: narrow,
  };
}

/** A decision, or a fail, is not about age. */
function expiredOf(basis: StatusBasis, { expired, implementedUntil, kind }: EvidenceSummary) {
  const isByAge = basis === 'none' || basis === 'passing';
  const instead = implementedUntil === null ? ('partial' as const) : ('implemented' as const);
  return {
    passes: expired,
    implementedUntil: isByAge ? implementedUntil : null,
    ...(isByAge && (kind === 'none' || implementedUntil !== null) ? { instead } : {}),
  };
}

function shownSettings({ failShare, evidenceDays, answerDays }: StatusSettings): StatusSettings {
  return { failShare, evidenceDays, answerDays };
}

/** A decision counts until its end; an answer without an end as long as the settings allow. */
export function validDecision({
  decision,
  now,
  settings,
}: Pick<ControlEvidence, 'decision' | 'now' | 'settings'>): ControlDecision | null {
  if (decision === null) return null;
  if (decision.kind === 'not_applicable' && decision.actor.trim() === '') return null;
  if (decision.kind !== 'not_applicable' && decision.status === null) return null;
  if (decision.expiresAt !== null) return decision.expiresAt > now ? decision : null;
  if (decision.kind === 'answer' && ageInDays(decision.at, now) > settings.answerDays) return null;
  return decision;
}

export function decide(
  decision: ControlDecision | null,
  evidence: Pick<EvidenceSummary, 'kind' | 'status'>,
): { basis: StatusBasis; status: ControlStatus } {
  if (decision?.kind === 'not_applicable') {
    return { basis: 'not_applicable', status: 'not_applicable' };
  }
  const decided = decision?.status ?? null;
  if (decision?.kind === 'override' && decided !== null)
    return { basis: 'override', status: decided };
  if (evidence.kind === 'failing') {
    // A worse answer stays: another fail must not raise the control above it.
    if (decided !== null && rankOf(decided) < rankOf(evidence.status)) {
      return { basis: 'answer', status: decided };
    }
    return { basis: 'failing', status: evidence.status };
  }
  if (decided !== null) return { basis: 'answer', status: decided };
  if (evidence.kind === 'passing') return { basis: 'passing', status: evidence.status };
  return { basis: 'none', status: 'not_assessed' };
}

/** The decision is better than failing evidence, or worse than evidence that passes entirely. */
function disagree({ status }: ControlDecision, evidence: EvidenceSummary): boolean {
  if (status === null) return false;
  if (evidence.kind === 'failing') return rankOf(status) > rankOf(evidence.status);
  return evidence.status === 'implemented' && rankOf(status) < rankOf('implemented');
}

function rankOf(status: ControlStatus): number {
  return status === 'implemented' ? 2 : status === 'partial' ? 1 : 0;
}

function assuranceOf(
  basis: StatusBasis,
  decision: ControlDecision | null,
  { tallies, now, settings }: ControlEvidence,
  { expired }: EvidenceSummary,
): Assurance {
  if (basis === 'none') return expired > 0 ? 'expired' : 'none';
  if (basis === 'failing' || basis === 'passing') {
    const seenAt = oldestAccount(tallies);
    return seenAt === null ? 'none' : byAge(ageInDays(seenAt, now), settings.evidenceDays);
  }
  return decision === null ? 'none' : byAge(ageInDays(decision.at, now), settings.answerDays);
}

/** The newest evidence of the account with the oldest evidence: one silent account makes it stale. */
function oldestAccount(tallies: readonly TallyMatch[]): string | null {
  const newest = new Map<string, string>();
  for (const { tally } of tallies.filter(decides)) {
    const before = newest.get(tally.accountId);
    if (tally.lastSeenAt === null || (before !== undefined && before >= tally.lastSeenAt)) continue;
    newest.set(tally.accountId, tally.lastSeenAt);
  }
  return [...newest.values()].sort()[0] ?? null;
}

function byAge(days: number, validity: number): Assurance {
  if (days > validity) return 'expired';
  return days > validity / 2 ? 'stale' : 'fresh';
}

function ageInDays(at: string, now: string): number {
  return (Date.parse(now) - Date.parse(at)) / DAY_MS;
}
