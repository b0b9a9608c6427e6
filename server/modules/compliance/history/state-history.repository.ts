import type { ControlStateChange } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { closeAllButNewest } from './close-all-but-newest.js';

/** A state of a control from its computation until the next one. */
export type StateInterval = ControlStateChange & TeamDoc;

const intervals: CollectionSpec<StateInterval> = {
  name: 'control_state_history',
  scope: 'team',
  fields: { controlId: 'string', scopeId: 'string', at: 'string', until: 'string' },
  indexes: [['controlId', '-at'], ['until']],
  acrossTeams: [['until']],
};

/** Differences only, append-only: an interval is written once, and ended once. */
export class StateHistoryRepository extends TeamRepository<StateInterval> {
  static readonly database = 'assessments';
  static readonly specs = [intervals];
  static readonly retention = [
    { kind: 'posture_history', collection: intervals.name, field: 'until' },
  ];
  protected readonly spec = intervals;

  /**
   * First the new intervals, then the end of the previous ones: after a crash between the two, the newest
   * open interval applies.
   */
  async append(scope: TeamScope, changes: readonly Omit<ControlStateChange, 'until'>[]) {
    const { teamId } = scope;
    const docs = changes.map((change) => ({
      ...change,
      until: null,
      teamId,
      id: [teamId, change.scopeId, change.controlId, change.at].join(':'),
    }));
    await this.of(scope).putMany(docs);
    for (const scopeId of new Set(changes.map((change) => change.scopeId))) {
      const ofScope = changes.filter((change) => change.scopeId === scopeId);
      const at = ofScope[0]?.at ?? '';
      for (const controlIds of inParts(ofScope.map(({ controlId }) => controlId))) {
        // Also what began later, before the clock went back: one interval of a control is open.
        const open = { scopeId, controlId: { in: controlIds }, at: { ne: at }, until: null };
        await this.of(scope).updateMany(open, { set: { until: at } });
      }
    }
  }

  /** Ends all but the newest open interval of each control, where a crash or a changed clock left several. */
  async closeDoubles(scope: TeamScope): Promise<number> {
    const counts = await this.of(scope).groupCount({ until: null }, ['scopeId', 'controlId']);
    let closed = 0;
    for (const { key, count } of counts) {
      if (count < 2) continue;
      const [scopeId = null, controlId = null] = key;
      closed += await closeAllButNewest(this.of(scope), { scopeId, controlId });
    }
    return closed;
  }

  /** Ends the open intervals of removed scopes. */
  async endScopes(scope: TeamScope, kept: readonly string[], at: string): Promise<void> {
    const open = { scopeId: { nin: kept }, until: null };
    await this.of(scope).updateMany(open, { set: { until: at } });
  }

  /** Control id → its state of all accounts at a moment. */
  async at(scope: TeamScope, moment: string): Promise<Map<string, StateInterval>> {
    const atMoment = {
      scopeId: '',
      at: { lte: moment },
      or: [{ until: null }, { until: { gt: moment } }],
    };
    const found = new Map<string, StateInterval>();
    for await (const page of this.of(scope).each(atMoment)) {
      for (const item of page) {
        const known = found.get(item.controlId);
        if (!known || known.at < item.at) found.set(item.controlId, item);
      }
    }
    return found;
  }

  /** The current state over all accounts of those controls that have one. */
  async newest(scope: TeamScope, controlIds: readonly string[]): Promise<StateInterval[]> {
    const newest = new Map<string, StateInterval>();
    for (const ids of inParts(controlIds)) {
      const atMoment = { controlId: { in: ids }, scopeId: '', until: null };
      for await (const page of this.of(scope).each(atMoment)) {
        for (const item of page) {
          if (item.at >= (newest.get(item.controlId)?.at ?? '')) newest.set(item.controlId, item);
        }
      }
    }
    return [...newest.values()];
  }

  ofControl(scope: TeamScope, controlId: string, limit: number, after?: string) {
    return this.of(scope).find({ controlId }, { sort: ['-at'], limit, after });
  }
}
