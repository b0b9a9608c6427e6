import type { ChangeCause, ControlStatus } from '../../../../contract/compliance.js';
import type { DriftEvent, DriftResolution, DriftSettings } from '../../../../contract/drift.js';
import type { Moment } from '../state/moment-reader.js';
import {
  type ControlSnapshot,
  hasOtherSettings,
  rankOf,
  type TeamState,
} from '../state/team-state.js';
import { isOwn } from './definition-drift.rules.js';
import { evidenceEnd, findingsByDomain } from './drift.rules.js';

const HYSTERESIS = 2;
const SETTINGS_CHANGED = 'The team changed thresholds, scopes or matches.';

export interface Judged {
  moment: Moment;
  settings: DriftSettings;
  now: string;
  /** Library, mapping or rules changed since the look before. */
  definitionChanged: boolean;
  /** What the look before saw; null for the first. */
  before: TeamState | null;
  /** Why the engine changed a state. */
  causes: ReadonlyMap<string, ChangeCause>;
  /** Controls that changed with the team's thresholds, scopes or matches. */
  movedBySettings: ReadonlySet<string>;
}

type Open = Pick<DriftEvent, 'type' | 'subject' | 'from' | 'cause'>;

/** How an open episode ended; null while it is open. Time alone ends none. */
export function resolutionOf(event: Open, judged: Judged): DriftResolution | null {
  const text = endOf(event, judged);
  if (text === null) return null;
  const isRedefined = judged.definitionChanged && !isOwn(judged.causes.get(event.subject));
  const kind = isRedefined ? 'definition' : text.kind;
  return { kind, text: text.text };
}

function endOf(event: Open, judged: Judged): DriftResolution | null {
  const { moment } = judged;
  const { state, targets } = moment;
  switch (event.type) {
    case 'threshold_crossed': {
      const framework = state.frameworks.get(event.subject);
      if (!framework) return byDefinition('The framework is no longer active.');
      const target = targets.get(event.subject);
      const { score } = framework;
      if (score === null || target === undefined) return null;
      const aim = judged.before?.frameworks.get(event.subject)?.target ?? target;
      if (aim !== target && score >= target) {
        return byDecision(`The team changed the target from ${aim} to ${target}.`);
      }
      if (score < Math.min(target + HYSTERESIS, 100)) return null;
      const text = `The score is ${score} again.`;
      const isChosen = judged.before && hasOtherSettings(judged.before, state);
      return isChosen ? byDecision(`${text} ${SETTINGS_CHANGED}`) : byEvidence(text);
    }
    case 'new_findings_in_clean_domain':
      return findingsByDomain(state, moment).get(event.subject) === 0
        ? byEvidence('No open finding is left in the domain.')
        : null;
    case 'recovery':
    case 'definition_changed':
    case 'answers_in_conflict': // see answer-conflicts.rules.ts
      return null;
    default:
      return event.subject.includes('/')
        ? attestationEnd(event, judged)
        : controlEnd(event, judged);
  }
}

function controlEnd(event: Open, judged: Judged): DriftResolution | null {
  const { moment, settings, now, movedBySettings } = judged;
  const control = moment.state.controls.get(event.subject);
  if (!control) return byDefinition('The control is no longer in the library.');
  const { status, assurance, contradicted, decision, without } = control;
  const isOfDecision = event.type === 'evidence_expiring' && event.cause.kind === 'decision';
  if (status === 'not_applicable' && !contradicted && !isOfDecision) {
    return byDecision('The control was declared not applicable.');
  }
  const isInForce = decision !== null && (decision.expiresAt === null || decision.expiresAt > now);
  const better = (text: string) => {
    if (movedBySettings.has(event.subject)) return byDecision(`${text} ${SETTINGS_CHANGED}`);
    return isInForce ? byDecision(text) : byEvidence(text);
  };
  const isFresh = assurance === 'fresh' || assurance === 'stale' || assurance === 'conflicting';
  switch (event.type) {
    case 'control_regression': {
      return isBack(event.from, control) && !contradicted
        ? better(moment.reasons.get(event.subject) ?? `It is ${status} again.`)
        : null;
    }
    case 'coverage_lost': {
      const lost = event.cause.accounts;
      const isBack = rankOf(status) !== null && !without.some((account) => lost.includes(account));
      return isBack ? better('There is evidence again.') : null;
    }
    case 'override_contradicted':
      return contradicted ? null : better('The decision and the evidence agree.');
    case 'exception_expired':
      if (decision === null) return byDecision('The decision was withdrawn.');
      if (isInForce) return byDecision('The decision was renewed.');
      return status === 'implemented' ? byEvidence('Evidence shows it implemented.') : null;
    case 'evidence_expired': {
      const isAnswers = event.cause.kind === 'decision';
      if (isAnswers && (decision === null || isInForce))
        return byDecision('It was answered again.');
      const isWhole = isFresh && !moment.lapsed.has(event.subject);
      return isWhole && !isAnswers ? better('There is new evidence.') : null;
    }
    case 'evidence_expiring': {
      if (isOfDecision) {
        if (decision !== null && !isInForce) return byDecision('It has ended since.');
        return decision === null || ends(decision.expiresAt, settings, now)
          ? byDecision('The decision was renewed or withdrawn.')
          : null;
      }
      const end = evidenceEnd(event.subject, moment);
      if (assurance === 'fresh' || (end !== null && ends(end, settings, now))) {
        return better('There is new evidence.');
      }
      const isExpired = assurance === 'expired' || moment.lapsed.has(event.subject);
      return isExpired ? byEvidence('It has expired since.') : null;
    }
    default:
      return null;
  }
}

/** Assessed, and at least as good as before it fell. */
function isBack(from: string | null, { status, openFindings }: ControlSnapshot): boolean {
  const is = rankOf(status);
  if (is === null) return false;
  const findings = /^(\d+) open findings?$/.exec(from ?? '')?.[1];
  if (findings !== undefined) return openFindings <= Number(findings);
  return is >= (rankOf(from as ControlStatus) ?? 2);
}

function attestationEnd(event: Open, { moment, settings, now }: Judged): DriftResolution | null {
  const end = moment.state.attestations.get(event.subject);
  if (event.type === 'evidence_expired') return end ? byDecision('It was attested again.') : null;
  if (end === undefined) return byDecision('The attestation has ended or was withdrawn.');
  return ends(end, settings, now) ? byDecision('It was attested again.') : null;
}

/** Whether it ends after the notice period. */
function ends(end: string | null, { expiringDays }: DriftSettings, now: string): boolean {
  return end === null || Date.parse(end) - Date.parse(now) > expiringDays * 86_400_000;
}

const byEvidence = (text: string): DriftResolution => ({ kind: 'evidence', text });
const byDecision = (text: string): DriftResolution => ({ kind: 'decision', text });
const byDefinition = (text: string): DriftResolution => ({ kind: 'definition', text });
