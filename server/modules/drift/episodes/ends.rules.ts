import type { DriftEvent, DriftResolution } from '../../../../contract/drift.js';
import type { Severity } from '../../../../contract/severity.js';
import type { EvidenceEnd } from '../../evidence/index.js';
import type { Moment } from '../state/moment-reader.js';
import { conflictSignals } from './answer-conflicts.rules.js';
import type { Ends } from './ends-reader.js';
import { causeOf, type Signal, severityOfWeight, shifted, worst } from './signal.js';

export interface EndsMoment {
  ends: Ends;
  moment: Pick<Moment, 'catalogue'>;
  /** Ends before then are announced. ISO 8601 UTC. */
  soon: string;
  now: string;
}

/** Evidence and exceptions of people that have ended or will soon, and contradictory answers. */
export function endSignals({ ends, moment, now }: EndsMoment): Signal[] {
  return [
    ...ends.evidence.map((item) => evidenceSignal(item, moment, now)),
    ...ends.exceptions.map(exceptionSignal),
    ...conflictSignals(ends.conflicts ?? [], moment.catalogue),
  ];
}

function evidenceSignal(item: EvidenceEnd, moment: EndsMoment['moment'], now: string): Signal {
  const { evidenceId, title, controlIds, requirements, expiresAt } = item;
  const isOver = expiresAt <= now;
  const severity = severityFor(controlIds, moment);
  const text = `the evidence “${title}” ${isOver ? 'expired' : 'expires'} on ${expiresAt.slice(0, 10)}`;
  return {
    type: isOver ? 'evidence_expired' : 'evidence_expiring',
    subject: evidenceId,
    title,
    severity: isOver ? severity : shifted(severity, -1),
    from: isOver ? 'approved' : null,
    to: isOver ? 'expired' : 'expiring',
    cause: {
      ...causeOf('evidence', text),
      about: { kind: 'evidence', id: evidenceId, title },
    },
    controls: controlIds,
    frameworks: requirements.map((one) => one.slice(0, one.indexOf('/'))),
    requirements,
    occurs: 'level',
  };
}

/** By the control with the highest weight; medium, like an attestation, for requirements alone. */
function severityFor(controlIds: readonly string[], { catalogue }: EndsMoment['moment']): Severity {
  const weights = controlIds.flatMap((id) => catalogue.controls.get(id)?.weight ?? []);
  return weights.length > 0 ? worst(weights.map(severityOfWeight)) : 'medium';
}

const EXCEPTION_WORDS: Readonly<Record<string, string>> = {
  accepted: 'the acceptance of its risk',
  suppressed: 'its suppression',
  false_positive: 'its mark as a false positive',
};

function exceptionSignal(exception: Ends['exceptions'][number]): Signal {
  const { findingId, tool, checkId, title, severity, resourceName, controls } = exception;
  const { status, reason, actor, endedAt } = exception;
  const what = EXCEPTION_WORDS[status] ?? 'its exception';
  const named = resourceName ? `${title} (${resourceName})` : title;
  const text = `${what} by ${actor} ended on ${endedAt.slice(0, 10)}; its reason was: ${reason}`;
  return {
    type: 'exception_expired',
    subject: findingId,
    title: named,
    severity,
    from: status,
    to: 'open',
    cause: {
      ...causeOf('decision', text, [`${tool}/${checkId}`]),
      about: { kind: 'finding', id: findingId, title: named },
    },
    controls,
    occurs: 'level',
  };
}

/** How an episode about an item or finding ended; null while it is open or that is unknown. */
export function endOfThing(
  { type, cause: { about } }: Pick<DriftEvent, 'type' | 'cause'>,
  { ends, soon, now }: EndsMoment,
): DriftResolution | null {
  if (!about) return null;
  if (about.kind === 'finding') return endOfFinding(about.id, ends);
  const { evidence } = ends.current;
  if (!evidence) return null;
  const item = evidence.get(about.id);
  if (!item) return { kind: 'decision', text: 'The evidence was removed.' };
  if (type === 'evidence_expired') {
    return item.counts ? { kind: 'evidence', text: 'The evidence was renewed.' } : null;
  }
  if (item.expiresAt <= now) return { kind: 'evidence', text: 'It has expired since.' };
  return item.expiresAt > soon ? { kind: 'evidence', text: 'The evidence was renewed.' } : null;
}

function endOfFinding(id: string, { exceptions, current }: Ends): DriftResolution | null {
  const status = current.findings.get(id);
  if (status === undefined || status === 'resolved') {
    return { kind: 'evidence', text: 'The finding is fixed.' };
  }
  if (status !== 'open') return { kind: 'decision', text: 'The finding has a new exception.' };
  if (exceptions.some(({ findingId }) => findingId === id)) return null;
  return { kind: 'decision', text: 'A person decided to keep the finding open.' };
}
