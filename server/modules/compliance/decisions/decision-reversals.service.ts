import type { ControlDecision, DecisionLogEntry } from '../../../../contract/compliance.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { StoredDecision } from './decisions.repository.js';
import { isOver, merged, replacedBy, told } from './decisions.rules.js';
import type { DecisionsDeps } from './decisions.service.js';

/**
 * Decisions that stand on an answer and go with it, and come back with it: as they were given, by whom they were given.
 * Who takes an answer back decides nothing, so that no second person is lost or made up on the way.
 */
export class DecisionReversals {
  constructor(
    private readonly deps: Pick<
      DecisionsDeps,
      'catalogues' | 'decisions' | 'decisionLog' | 'engine' | 'audit' | 'clock' | 'newId'
    >,
  ) {}

  /**
   * Takes the decision of this moment back, if it still stands. The newest of those whose place it took stands again,
   * if it has not ended and is still meant.
   */
  async takeBack(
    actor: Actor,
    controlId: string,
    decidedAt: string,
    isMeant: (decision: ControlDecision) => boolean,
  ): Promise<void> {
    const { decisions, decisionLog, audit, clock } = this.deps;
    const current = (await decisions.byControl(actor, [controlId])).get(controlId);
    if (current?.at !== decidedAt) return;
    const now = clock.now().toISOString();
    const replaced = current.replaced ?? [];
    const at = replaced.findIndex((each) => !isOver(each, now) && isMeant(each));
    const next = replaced[at];
    if (next) {
      await decisions.put(actor, { ...next, replaced: replaced.slice(at + 1) }, controlId);
      await this.#log(actor, controlId, 'restored', next, now);
    } else await decisions.remove(actor, controlId);
    // One that ran out has its line in the log, or is about to get it.
    if (isOver(current, now)) await decisionLog.expired(actor, [current]);
    else await this.#log(actor, controlId, 'withdrawn', current, now);
    const details = next ? { restored: next.at } : {};
    await audit.record(actor, 'control.decision_withdrawn', controlId, details);
    await this.#reconsider(actor, controlId);
  }

  /** False when it has ended, or when what stands now is no answer, or a newer one. */
  async bringBack(actor: Actor, decision: StoredDecision): Promise<boolean> {
    const { decisions, audit, clock } = this.deps;
    const { controlId } = decision;
    const now = clock.now().toISOString();
    if (isOver(decision, now)) return false;
    const current = (await decisions.byControl(actor, [controlId])).get(controlId);
    const stands = current && !isOver(current, now) ? current : undefined;
    if (stands && stands.kind !== 'answer') return false;
    const below = decision.replaced ?? [];
    if (stands && stands.at >= decision.at) {
      // Below the newer one, it stands again when that goes.
      const mine = stands.at === decision.at ? below : [told(decision), ...below];
      const replaced = merged(stands.replaced ?? [], mine);
      await decisions.put(actor, { ...told(stands), replaced }, controlId);
      return false;
    }
    const replaced = merged(below, replacedBy(decision, stands));
    await decisions.put(actor, { ...told(decision), replaced }, controlId);
    await this.#log(actor, controlId, 'restored', decision, now);
    await audit.record(actor, 'control.decision_restored', controlId, { decidedAt: decision.at });
    await this.#reconsider(actor, controlId);
    return true;
  }

  /** A control that the team has no longer is judged when it comes back. */
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
    const { decisionLog, newId } = this.deps;
    const approver = decision.approver ?? null;
    const entry = { ...told(decision), approver, actor: actor.name, at };
    return decisionLog.add(actor, { ...entry, id: newId('decision'), controlId, action });
  }
}
