import type { RequirementStatus } from '../../../../contract/compliance.js';
import type { DriftSettings } from '../../../../contract/drift.js';
import type { Moment } from '../standing/read-standing.js';
import {
  type ControlStanding,
  isJudgedOtherwise,
  rankOf,
  type Standing,
} from '../standing/standing.js';
import { baseSeverity, controlSignals, namesOf, titleOf } from './control-drift.rules.js';
import { bySettings, choicesChanged, settingsSignals } from './settings-drift.rules.js';
import { causeOf, type Signal, severityOfWeight, shifted, worst } from './signal.js';

export interface Comparison {
  /** Null at the first look: nothing can have changed. */
  before: Standing | null;
  moment: Moment;
  /** Controls that the team moved by other thresholds or scopes, see `movedBySettings`. */
  movedBySettings: ReadonlySet<string>;
  settings: DriftSettings;
  /** ISO 8601 UTC. */
  now: string;
}

/**
 * What happened between two looks, and what is so now. When rules, library or mapping are others than
 * before, all that moved is theirs: one signal that names it, and nothing that blames the team. What the
 * team moved by its own thresholds and scopes is one signal too.
 */
export function driftBetween(given: Comparison): Signal[] {
  const { before, moment } = given;
  const levels = levelSignals(given);
  if (!before) return levels;
  if (before.ruleVersion !== moment.standing.ruleVersion) {
    return [...definitionSignals(before, moment), ...levels];
  }
  const signals: Signal[] = [];
  for (const [id, after] of moment.standing.controls) {
    const known = before.controls.get(id);
    if (!known) continue;
    const its = controlSignals({ id, before: known, after, moment, now: given.now });
    signals.push(...(given.movedBySettings.has(id) ? bySettings(its, moment) : its));
  }
  return [
    ...signals,
    ...settingsSignals(before, moment, given.movedBySettings),
    ...domainSignals(before, moment),
    ...scoreSignals(before, given),
    ...attestationSignals(before, given),
    ...levels,
  ];
}

/** Open findings by domain; null where nothing was assessed. */
export function findingsByDomain({ controls }: Standing, { catalogue }: Moment) {
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

function domainSignals(before: Standing, moment: Moment): Signal[] {
  const was = findingsByDomain(before, moment);
  return [...findingsByDomain(moment.standing, moment)].flatMap(([code, open]): Signal[] => {
    if (was.get(code) !== 0 || !open) return [];
    const dirty = [...moment.standing.controls].filter(
      ([id, { openFindings }]) =>
        openFindings > 0 && moment.catalogue.controls.get(id)?.domain === code,
    );
    const checks = [...new Set(dirty.flatMap(([, { failing }]) => failing))];
    const name = moment.catalogue.domains.get(code)?.name ?? code;
    return [
      {
        type: 'new_findings_in_clean_domain',
        subject: code,
        title: `${name} was clean`,
        severity: worst(dirty.map(([id]) => baseSeverity({ id, moment }))),
        from: '0',
        to: String(open),
        cause: causeOf('check', `${namesOf(checks)} found something`, checks),
        controls: dirty.map(([id]) => id),
        domains: [code],
        occurs: 'edge',
      },
    ];
  });
}

function scoreSignals(before: Standing, { moment, movedBySettings }: Comparison): Signal[] {
  return [...moment.standing.frameworks].flatMap(([id, { name, score }]): Signal[] => {
    const was = before.frameworks.get(id)?.score ?? null;
    const target = moment.targets.get(id) ?? null;
    if (was === null || score === null || target === null) return [];
    if (was < target || score >= target) return [];
    const fallen = fallenIn(before, moment, id);
    const isChosen =
      isJudgedOtherwise(before, moment.standing) && fallen.every((one) => movedBySettings.has(one));
    const why = isChosen
      ? `the team judges otherwise: ${choicesChanged(before.judging, moment.standing.judging)}`
      : whyFell(before, moment, id, fallen);
    const text = `the score fell from ${was} to ${score}, under the target of ${target}; ${why}`;
    return [
      {
        type: 'threshold_crossed',
        subject: id,
        title: `${name} fell under ${target} %`,
        severity: target - score > 10 ? 'critical' : 'high',
        from: String(was),
        to: String(score),
        cause: causeOf(isChosen ? 'decision' : 'score', text),
        controls: [],
        frameworks: [id],
        occurs: 'level',
      },
    ];
  });
}

/** By controls, by requirements where the framework’s scope is judged by itself, or by what people attested. */
function whyFell(before: Standing, { standing }: Moment, id: string, controls: string[]): string {
  if (controls.length > 0) return `${namesOf(controls)} fell`;
  const was = before.frameworks.get(id)?.requirements ?? {};
  const is = new Map(Object.entries(standing.frameworks.get(id)?.requirements ?? {}));
  const ended = [...before.attestations.keys()].filter(
    (subject) => subject.startsWith(`${id}/`) && !standing.attestations.has(subject),
  );
  if (ended.length > 0) return `an attestation is missing: ${namesOf(ended)}`;
  const fallen = Object.entries(was)
    .filter(([requirement, status]) => MET[status] > MET[is.get(requirement) ?? 'not_assessed'])
    .map(([requirement]) => requirement);
  if (fallen.length === 0) return 'what its requirements rest on is worse in part';
  return `${fallen.length === 1 ? 'requirement' : 'requirements'} ${namesOf(fallen)} fell`;
}

const MET: Readonly<Record<RequirementStatus, number>> = {
  ...{ satisfied: 3, not_applicable: 3, partial: 2, failing: 1, not_assessed: 0 },
};

function fallenIn(
  before: Standing,
  { standing, catalogue }: Moment,
  frameworkId: string,
): string[] {
  return [...standing.controls].flatMap(([id, after]) => {
    const was = rankOf(before.controls.get(id)?.status);
    const fell = was !== null && (rankOf(after.status) ?? -1) < was;
    const counts = () =>
      catalogue.requirementsOf(id).some(({ framework }) => framework.id === frameworkId);
    return fell && counts() ? [id] : [];
  });
}

function attestationSignals(before: Standing, { moment, now }: Comparison): Signal[] {
  return [...before.attestations].flatMap(([subject, expiresAt]): Signal[] => {
    if (expiresAt > now || moment.standing.attestations.has(subject)) return [];
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

/** What is so at this moment, however it came about. */
function levelSignals({ before, moment, settings, now }: Comparison): Signal[] {
  const soon = announcedUntil(now, settings);
  const signals: Signal[] = [];
  for (const [id, control] of moment.standing.controls) {
    if (control.contradicted) signals.push(contradicted(id, control, moment));
    const end = control.decision?.expiresAt ?? null;
    if (end !== null && end <= now) signals.push(decisionEnded(id, control, moment, end));
    else if (end !== null && end <= soon) signals.push(expiring(id, moment, 'decision', end));
    else if (before && before.controls.get(id)?.status === control.status) {
      const ends = evidenceEnd(id, moment);
      if (ends !== null && ends <= soon) signals.push(expiring(id, moment, 'evidence', ends));
    }
  }
  for (const [subject, expiresAt] of moment.standing.attestations) {
    if (expiresAt > soon) continue;
    signals.push(attestationSignal('evidence_expiring', subject, expiresAt));
  }
  return signals;
}

const DAY_MS = 86_400_000;

/** Ends up to then are told before they come. ISO 8601 UTC. */
export function announcedUntil(now: string, { expiringDays }: DriftSettings): string {
  return new Date(Date.parse(now) + expiringDays * DAY_MS).toISOString();
}

/**
 * When evidence of a control ends, by the team's own measure. Only of what is stale already: one old check
 * among fresh ones is no reason to warn.
 */
export function evidenceEnd(id: string, { standing, oldestEvidence, evidenceDays }: Moment) {
  const oldest = oldestEvidence.get(id);
  if (standing.controls.get(id)?.assurance !== 'stale' || !oldest) return null;
  return new Date(Date.parse(oldest) + evidenceDays * DAY_MS).toISOString();
}

function contradicted(id: string, control: ControlStanding, moment: Moment): Signal {
  const checks = control.failing;
  const why = moment.reasons.get(id) ?? '';
  return {
    type: 'override_contradicted',
    subject: id,
    title: titleOf({ id, moment }),
    severity: shifted(baseSeverity({ id, moment }), 1),
    from: null,
    to: control.status,
    cause: causeOf('decision', `what was decided and what is observed disagree. ${why}`, checks),
    controls: [id],
    occurs: 'level',
  };
}

function decisionEnded(id: string, control: ControlStanding, moment: Moment, end: string): Signal {
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
      `the ${isAnswer ? 'answer' : 'exception'} ended on ${end.slice(0, 10)}; the evidence speaks again`,
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

function definitionSignals(before: Standing, moment: Moment): Signal[] {
  const { controls, frameworks, ruleVersion } = moment.standing;
  const moved = [...controls]
    .filter(([id, { status }]) => {
      const was = before.controls.get(id)?.status;
      return was !== undefined && was !== status;
    })
    .map(([id]) => id);
  const scores = [...frameworks].flatMap(([id, { score, name }]) => {
    const was = before.frameworks.get(id);
    return was && was.score !== score ? [{ id, text: `${name} ${was.score} → ${score}` }] : [];
  });
  if (moved.length === 0 && scores.length === 0) return [];
  const fell = moved.filter(
    (id) =>
      (rankOf(controls.get(id)?.status) ?? -1) < (rankOf(before.controls.get(id)?.status) ?? -1),
  );
  const count = moved.length === 1 ? '1 control' : `${moved.length} controls`;
  const by = scores.length > 0 ? `; scores: ${namesOf(scores.map(({ text }) => text))}` : '';
  return [
    {
      type: 'definition_changed',
      subject: ruleVersion,
      title: `${count} moved because the library, the mapping or the rules changed`,
      severity: fell.length > 0 ? 'medium' : 'low',
      from: before.ruleVersion,
      to: ruleVersion,
      cause: causeOf('definition', `${namesOf(moved, 20) || 'no control'}${by}`),
      controls: moved,
      frameworks: scores.map(({ id }) => id),
      occurs: 'moment',
      resolution: { kind: 'recorded', text: 'It is due to the update, not to what the team did.' },
    },
  ];
}
