import type { DriftSettings } from '../../../../contract/drift.js';
import type { Moment } from '../state/moment-reader.js';
import { type ControlSnapshot, rankOf, type TeamState } from '../state/team-state.js';
import type { Comparison } from './comparison.js';
import {
  baseSeverity,
  controlSignals,
  FIRST_SEEN,
  namesOf,
  titleOf,
} from './control-drift.rules.js';
import { definitionSignals, isOwn } from './definition-drift.rules.js';
import { type ResultChanges, resultChanges } from './result-changes.rules.js';
import { scoreSignals } from './score-drift.rules.js';
import { bySettings, settingsSignals } from './settings-drift.rules.js';
import { causeOf, type Signal, severityOfWeight, shifted, worst } from './signal.js';

/**
 * What happened between two looks, and which conditions hold now. When rules, library or mapping changed, one
 * signal covers everything that moved with them, so that nothing blames the team; moves by a report or decision of
 * the same time keep their own. Moves with the team's thresholds and scopes are one signal too.
 */
export function driftBetween(given: Comparison): Signal[] {
  const { before, moment } = given;
  const levels = levelSignals(given);
  if (!before) return levels;
  const isRedefined = before.ruleVersion !== moment.state.ruleVersion;
  const changes = resultChanges(before, moment.state);
  const own: Signal[] = [];
  const chosen: Signal[] = [];
  for (const [id, after] of moment.state.controls) {
    const known = before.controls.get(id);
    if (!known || (isRedefined && !isOwn(given.causes.get(id)))) continue;
    const cause = given.causes.get(id);
    const step = { id, before: known, after, moment, cause, changes, now: given.now };
    const its = controlSignals(step);
    if (given.movedBySettings.has(id)) chosen.push(...bySettings(its, moment));
    else own.push(...its);
  }
  const isMixed = own.length > 0;
  const attestations = attestationSignals(before, given);
  const theirs = isRedefined
    ? definitionSignals(before, given, isMixed)
    : settingsSignals(before, moment, given.movedBySettings, isMixed);
  const signals = [...own, ...chosen, ...theirs, ...attestations, ...levels];
  // If nothing else moved, the signal of the library update covers domains and scores.
  if (isRedefined && !isMixed) return signals;
  const domains = domainSignals(before, moment, changes);
  return [...signals, ...domains, ...scoreSignals(before, given)];
}

/** Open findings by domain; null for domains without an assessed control. */
export function findingsByDomain({ controls }: TeamState, { catalogue }: Moment) {
  const domains = new Map<string, number | null>();
  for (const [id, { status, openFindings }] of controls) {
    const code = catalogue.controls.get(id)?.domain;
    if (!code) continue;
    const known = domains.get(code) ?? null;
    const isAssessed = rankOf(status) !== null;
    domains.set(code, isAssessed ? (known ?? 0) + openFindings : known);
  }
  return domains;
}

function domainSignals(before: TeamState, moment: Moment, changes: ResultChanges | null): Signal[] {
  const was = findingsByDomain(before, moment);
  return [...findingsByDomain(moment.state, moment)].flatMap(([code, open]): Signal[] => {
    if (was.get(code) !== 0 || !open) return [];
    const dirty = [...moment.state.controls].filter(
      ([id, { openFindings }]) =>
        openFindings > 0 && moment.catalogue.controls.get(id)?.domain === code,
    );
    const failing = [...new Set(dirty.flatMap(([, control]) => control.failing))];
    const checks = changes?.largestFirst(failing) ?? failing;
    const name = moment.catalogue.domains.get(code)?.name ?? code;
    const added = checks.map((check) => changes?.added(check) ?? { known: 1, fresh: 0 });
    const isNew = added.every(({ known }) => known === 0) && added.some(({ fresh }) => fresh > 0);
    const found = isNew ? `first results of ${namesOf(changes?.newSourcesOf(checks) ?? [])}: ` : '';
    return [
      {
        ...(isNew
          ? { type: 'first_seen', occurs: 'moment', resolution: FIRST_SEEN }
          : { type: 'new_findings_in_clean_domain', occurs: 'edge' }),
        subject: code,
        title: `${name} was clean`,
        severity: worst(dirty.map(([id]) => baseSeverity({ id, moment }))),
        from: '0',
        to: String(open),
        cause: causeOf('check', `${found}${namesOf(checks)} found something`, checks),
        controls: dirty.map(([id]) => id),
        domains: [code],
      },
    ];
  });
}

function attestationSignals(before: TeamState, { moment, now }: Comparison): Signal[] {
  return [...before.attestations].flatMap(([subject, expiresAt]): Signal[] => {
    if (expiresAt > now || moment.state.attestations.has(subject)) return [];
    return [attestationSignal('evidence_expired', subject, expiresAt)];
  });
}

function attestationSignal(
  type: 'evidence_expired' | 'evidence_expiring',
  subject: string,
  expiresAt: string,
): Signal {
  const [framework = ''] = subject.split('/');
  const verb = type === 'evidence_expired' ? 'ended' : 'ends';
  return {
    type,
    subject,
    title: `Attestation of ${subject}`,
    severity: type === 'evidence_expired' ? 'medium' : 'low',
    from: 'fresh',
    to: type === 'evidence_expired' ? 'expired' : 'expiring',
    cause: causeOf('attestation', `the attestation ${verb} on ${expiresAt.slice(0, 10)}`),
    controls: [],
    frameworks: [framework],
    requirements: [subject],
    occurs: 'level',
  };
}

/** Conditions that hold at this moment, whatever caused them. */
function levelSignals({ before, moment, settings, since, now }: Comparison): Signal[] {
  const soon = announcedUntil(now, settings);
  const signals: Signal[] = [];
  for (const [id, control] of moment.state.controls) {
    if (control.contradicted) signals.push(contradicted(id, control, moment));
    const end = control.decision?.expiresAt ?? null;
    if (end !== null && end <= now) {
      if (end > since) signals.push(decisionEnded(id, control, moment, end));
    } else if (end !== null && end <= soon) signals.push(expiring(id, moment, 'decision', end));
    else if (before && before.controls.get(id)?.status === control.status) {
      const ends = evidenceEnd(id, moment);
      if (ends !== null && ends <= soon) signals.push(expiring(id, moment, 'evidence', ends));
    }
  }
  for (const [subject, expiresAt] of moment.state.attestations) {
    if (expiresAt > soon) continue;
    signals.push(attestationSignal('evidence_expiring', subject, expiresAt));
  }
  return signals;
}

const DAY_MS = 86_400_000;

/** Ends before then are announced in advance. ISO 8601 UTC. */
export function announcedUntil(now: string, { expiringDays }: DriftSettings): string {
  return new Date(Date.parse(now) + expiringDays * DAY_MS).toISOString();
}

/**
 * When the evidence of a control expires by the team's settings. Only for stale evidence: one old check among
 * fresh ones does not need a warning.
 */
export function evidenceEnd(id: string, { state, oldestEvidence, evidenceDays }: Moment) {
  const oldest = oldestEvidence.get(id);
  if (state.controls.get(id)?.assurance !== 'stale' || !oldest) return null;
  return new Date(Date.parse(oldest) + evidenceDays * DAY_MS).toISOString();
}

function contradicted(id: string, control: ControlSnapshot, moment: Moment): Signal {
  const checks = control.failing;
  const why = moment.reasons.get(id) ?? '';
  return {
    type: 'override_contradicted',
    subject: id,
    title: titleOf({ id, moment }),
    severity: shifted(baseSeverity({ id, moment }), 1),
    from: null,
    to: control.status,
    cause: causeOf('decision', `the decision and the evidence disagree. ${why}`, checks),
    controls: [id],
    occurs: 'level',
  };
}

function decisionEnded(id: string, control: ControlSnapshot, moment: Moment, end: string): Signal {
  const isAnswer = control.decision?.kind === 'answer';
  return {
    type: isAnswer ? 'evidence_expired' : 'exception_expired',
    subject: id,
    title: titleOf({ id, moment }),
    severity: baseSeverity({ id, moment }),
    from: control.decision?.status ?? control.decision?.kind ?? null,
    to: control.status,
    cause: causeOf(
      'decision',
      `the ${isAnswer ? 'answer' : 'exception'} ended on ${end.slice(0, 10)}; the evidence counts again`,
    ),
    controls: [id],
    occurs: 'level',
  };
}

function expiring(id: string, moment: Moment, kind: 'decision' | 'evidence', end: string): Signal {
  const what = kind === 'decision' ? 'the decision about it' : 'its oldest evidence';
  return {
    type: 'evidence_expiring',
    subject: id,
    title: titleOf({ id, moment }),
    severity: shifted(severityOfWeight(moment.catalogue.controls.get(id)?.weight ?? 5), -1),
    from: null,
    to: 'expiring',
    cause: causeOf(kind, `${what} ends on ${end.slice(0, 10)}`),
    controls: [id],
    occurs: 'level',
  };
}
