import type { ControlDecision } from '../../../../contract/compliance.js';
import type { StoredDecision } from './stored-decision.js';

const MAX_REPLACED = 20;

/** A decision without the fields of its storage. */
export function withoutStorage(decision: ControlDecision | StoredDecision): ControlDecision {
  const { kind, status, justification, actor, approver, at, expiresAt } = decision;
  return { kind, status, justification, actor, approver: approver ?? null, at, expiresAt };
}

export function isExpired({ expiresAt }: ControlDecision, now: string): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/**
 * The decisions below a new one, newest first. An answer replaces another answer; a decision that an override
 * replaced does not return.
 */
export function replacedBy(
  decision: ControlDecision,
  before: StoredDecision | undefined,
): ControlDecision[] {
  if (!before || isExpired(before, decision.at)) return [];
  if (decision.kind === 'override' || before.kind === 'override') return [];
  return [withoutStorage(before), ...(before.replaced ?? [])].slice(0, MAX_REPLACED);
}

/** Two lists of replaced decisions as one, without duplicates, newest first. */
export function merged<T extends { at: string }>(one: readonly T[], other: readonly T[]): T[] {
  const byMoment = new Map([...one, ...other].map((each) => [each.at, each]));
  return [...byMoment.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MAX_REPLACED);
}
