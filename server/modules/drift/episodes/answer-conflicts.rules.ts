import type { DriftEvent, DriftResolution } from '../../../../contract/drift.js';
import type { ControlConflict } from '../../assessments/index.js';
import type { Catalogue } from '../state/moment-reader.js';
import { causeOf, type Signal, severityOfWeight } from './signal.js';

const TYPE = 'answers_in_conflict';

/** One for each control on which two assessments contradict each other. */
export function conflictSignals(
  conflicts: readonly ControlConflict[],
  { controls }: Pick<Catalogue, 'controls'>,
): Signal[] {
  return conflicts.flatMap(({ controlId, values: [from, to], text }): Signal[] => {
    const control = controls.get(controlId);
    if (!control) return [];
    return [
      {
        type: TYPE,
        subject: controlId,
        title: `${controlId} ${control.title}`,
        severity: severityOfWeight(control.weight),
        ...{ from, to },
        cause: causeOf('decision', text),
        controls: [controlId],
        occurs: 'level',
      },
    ];
  });
}

/** Null for other episodes, while the conflict lasts, and while conflicts are unknown (null). */
export function endOfConflict(
  { type, subject }: Pick<DriftEvent, 'type' | 'subject'>,
  conflicts: readonly ControlConflict[] | null,
): DriftResolution | null {
  if (type !== TYPE || !conflicts) return null;
  if (conflicts.some(({ controlId }) => controlId === subject)) return null;
  return { kind: 'decision', text: 'The answers agree, or only one of them counts any more.' };
}
