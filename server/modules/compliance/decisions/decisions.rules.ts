import type { ControlDecision } from '../../../../contract/compliance.js';
import type { StoredDecision } from './decisions.repository.js';

const MOST_REPLACED = 20;

/** A decision as it is told, without how it is kept. */
export function told(decision: ControlDecision | StoredDecision): ControlDecision {
  const { kind, status, justification, actor, approver, at, expiresAt } = decision;
  return { kind, status, justification, actor, approver: approver ?? null, at, expiresAt };
}

export function isOver({ expiresAt }: ControlDecision, now: string): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/**
 * What a new decision has below it, newest first. An answer takes the place of another; an override is no answer, and
 * what it ended stays ended.
 */
export function replacedBy(
  decision: ControlDecision,
  before: StoredDecision | undefined,
): ControlDecision[] {
  if (!before || isOver(before, decision.at)) return [];
  if (decision.kind === 'override' || before.kind === 'override') return [];
  return [told(before), ...(before.replaced ?? [])].slice(0, MOST_REPLACED);
}

/** Two lists of what has been replaced as one, each once, newest first. */
export function merged<T extends { at: string }>(one: readonly T[], other: readonly T[]): T[] {
  const byMoment = new Map([...one, ...other].map((each) => [each.at, each]));
  return [...byMoment.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST_REPLACED);
}
