import type { ControlDecision, DecisionLogEntry } from '../../../../contract/compliance.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { isExpired, merged, replacedBy, withoutStorage } from './decisions.rules.js';
import type { DecisionsDeps } from './decisions.service.js';
import type { StoredDecision } from './stored-decision.js';

/**
 * Withdraws and restores the decisions that an answer in an assessment made, unchanged and under the names of their
 * authors. Withdrawing an answer is not itself a decision, so approvers are neither lost nor invented.
 */
export class DecisionReversals {
  constructor(
    private readonly deps: Pick<
      DecisionsDeps,
      'catalogues' | 'records' | 'engine' | 'audit' | 'clock'
    >,
  ) {}

  /**
   * Withdraws the decision made at `decidedAt`, if it is still in force. The newest decision that it replaced returns,
   * if it has not expired and `isMeant` accepts it.
   */
  async takeBack(
    actor: Actor,
    controlId: string,
    decidedAt: string,
    isMeant: (decision: ControlDecision) => boolean,
  ): Promise<void> {
    const { records, audit, clock } = this.deps;
    const current = await records.get(actor, controlId);
    if (current?.at !== decidedAt) return;
    const now = clock.now().toISOString();
    const replaced = current.replaced ?? [];
    const at = replaced.findIndex((each) => !isExpired(each, now) && isMeant(each));
    const next = replaced[at];
    if (next) {
      await records.put(actor, { ...next, replaced: replaced.slice(at + 1) }, controlId);
      await this.#log(actor, controlId, 'restored', next, now);
    } else await records.remove(actor, controlId);
    // An expired one is in the log already, or will be soon.
    if (isExpired(current, now)) await records.logExpired(actor, current);
    else await this.#log(actor, controlId, 'withdrawn', current, now);
    const details = next ? { restored: next.at } : {};
    await audit.record(actor, 'control.decision_withdrawn', controlId, details);
    await this.#reconsider(actor, controlId);
  }

  /** False when it has expired, or when the decision in force is newer or not an answer. */
  async restore(actor: Actor, decision: StoredDecision): Promise<boolean> {
    const { records, audit, clock } = this.deps;
    const { controlId } = decision;
    const now = clock.now().toISOString();
    if (isExpired(decision, now)) return false;
    const current = await records.get(actor, controlId);
    const inForce = current && !isExpired(current, now) ? current : undefined;
    if (inForce && inForce.kind !== 'answer') return false;
    const older = decision.replaced ?? [];
    if (inForce && inForce.at >= decision.at) {
      // Below the newer one: it returns when that one is withdrawn.
      const own = inForce.at === decision.at ? older : [withoutStorage(decision), ...older];
      const replaced = merged(inForce.replaced ?? [], own);
      await records.put(actor, { ...withoutStorage(inForce), replaced }, controlId);
      return false;
    }
    const replaced = merged(older, replacedBy(decision, inForce));
    await records.put(actor, { ...withoutStorage(decision), replaced }, controlId);
    await this.#log(actor, controlId, 'restored', decision, now);
    await audit.record(actor, 'control.decision_restored', controlId, { decidedAt: decision.at });
    await this.#reconsider(actor, controlId);
    return true;
  }

  /** A control that the team no longer has is evaluated when it returns. */
  async #reconsider(actor: Actor, controlId: string): Promise<void> {
    const { catalogues, engine } = this.deps;
    if ((await catalogues.of(actor)).controls.has(controlId)) {
      await engine.reconsider(actor, [controlId]);
    }
  }

  #log(
    actor: Actor,
    controlId: string,
    action: DecisionLogEntry['action'],
    decision: ControlDecision,
    at: string,
  ): Promise<void> {
    return this.deps.records.log(actor, controlId, action, { ...decision, actor: actor.name, at });
  }
}
