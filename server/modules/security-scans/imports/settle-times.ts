import type { CheckScope, ScopeSeen } from '../check-results/check-scope.js';
import type { ReportSurvey } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';

/** A clock without a zone may differ by this from what is read as UTC. */
const MAX_OFFSET_MS = 14 * 3_600_000;

interface Stated {
  at: string;
  isLocal: boolean;
}

/**
 * Puts a report's scopes in order with those that are stored, where one of both has times without a zone: it
 * is older only if it is so in every zone. Otherwise it counts as seen after what is stored, so that a newer
 * report never counts as older.
 */
export function settleTimes(
  { survey, team }: Pick<ReportToApply, 'survey' | 'team'>,
  known: ReadonlyMap<string, ScopeSeen>,
): void {
  for (const scope of survey.scopes.values()) {
    const before = known.get(survey.idOf(team, scope));
    if (!before || (!scope.isLocal && !before.stated)) continue;
    const stated = { at: scope.statedAt, isLocal: scope.isLocal };
    if (isOlder(stated, before.stated ?? { at: before.lastSeenAt, isLocal: false })) continue;
    const last = [before.lastSeenAt, before.lastCompleteAt ?? '', scope.seenAt].sort().at(-1);
    survey.settle(scope, last ?? scope.seenAt);
  }
}

/** The same for the places of a report: what it lacks is judged by when it looked. */
export function settlePlaces(survey: ReportSurvey, known: Iterable<CheckScope>): void {
  for (const scope of known) {
    const looked = survey.statedOf(scope);
    if (!looked || (!looked.isLocal && !scope.stated)) continue;
    const stated = { at: looked.statedAt, isLocal: looked.isLocal };
    if (isOlder(stated, scope.stated ?? { at: scope.lastSeenAt, isLocal: false })) continue;
    survey.settlePlace(scope, scope.lastSeenAt);
  }
}

/** Two clocks without a zone are taken for one clock. */
function isOlder(one: Stated, other: Stated): boolean {
  if (one.isLocal === other.isLocal) return one.at < other.at;
  return Date.parse(one.at) + MAX_OFFSET_MS < Date.parse(other.at);
}

/** What a report that is the newest one of a scope leaves there; nothing where its time is plain. */
export function statedOf(scope: { seenAt: string; statedAt: string; isLocal: boolean }): {
  stated?: Stated;
} {
  const { seenAt, statedAt: at, isLocal } = scope;
  return isLocal || at !== seenAt ? { stated: { at, isLocal } } : {};
}

/** What an import says about times that it did not take as they are stated. */
export function timeNotes({ future }: Pick<ReportSurvey, 'future'>, older: number): string[] {
  const notes: string[] = [];
  if (future.upTo !== '') {
    const what = future.rows > 0 ? counted(future.rows) : 'The report is';
    notes.push(
      `${what} dated in the future (up to ${future.upTo}): the moment of this import counts instead. Check the clock of the machine that made the report.`,
    );
  }
  if (older > 0) {
    notes.push(
      `${counted(older)} older than what is stored of the same checks and changed nothing.`,
    );
  }
  return notes;
}

const counted = (results: number): string =>
  results === 1 ? '1 result is' : `${results} results are`;
