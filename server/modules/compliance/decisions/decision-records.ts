import type { ControlDecision, DecisionLogEntry } from '../../../../contract/compliance.js';
import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { DecisionLogRepository } from './decision-log.repository.js';
import type { DecisionsRepository } from './decisions.repository.js';
import { withoutStorage } from './decisions.rules.js';
import type { StoredDecision } from './stored-decision.js';

/** The decision of each control, and the log of everything that was decided. */
export class DecisionRecords {
  constructor(
    private readonly deps: {
      decisions: DecisionsRepository;
      decisionLog: DecisionLogRepository;
      newId: NewId;
    },
  ) {}

  async get(team: TeamScope, controlId: string): Promise<StoredDecision | undefined> {
    return (await this.deps.decisions.byControl(team, [controlId])).get(controlId);
  }

  all(team: TeamScope): Promise<Map<string, StoredDecision>> {
    return this.deps.decisions.byControl(team);
  }

  put(
    team: TeamScope,
    decision: ControlDecision & Pick<StoredDecision, 'replaced'>,
    controlId: string,
  ) {
    return this.deps.decisions.put(team, decision, controlId);
  }

  remove(team: TeamScope, controlId: string): Promise<boolean> {
    return this.deps.decisions.remove(team, controlId);
  }

  log(
    team: TeamScope,
    controlId: string,
    action: DecisionLogEntry['action'],
    decision: ControlDecision,
  ): Promise<void> {
    const { decisionLog, newId } = this.deps;
    const entry = { ...withoutStorage(decision), approver: decision.approver ?? null };
    return decisionLog.add(team, { ...entry, id: newId('decision'), controlId, action });
  }

  logExpired(team: TeamScope, decision: StoredDecision): Promise<void> {
    return this.deps.decisionLog.expired(team, [decision]);
  }

  /** Newest first. */
  entries(team: TeamScope, controlId: string, limit: number, cursor?: string) {
    return this.deps.decisionLog.list(team, controlId, limit, cursor);
  }
}
