import type { DriftSnapshot, SnapshotDiff } from '../../../../contract/drift.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { MomentReader } from '../state/moment-reader.js';
import { hasResults, partsOf, stateFrom } from '../state/state-parts.js';
import type { TeamState } from '../state/team-state.js';
import { diffOf } from './snapshot-diff.rules.js';
import { summaryOf, thinnedOut } from './snapshot-summary.js';
import type { SnapshotsRepository, StoredSnapshot } from './snapshots.repository.js';

export interface SnapshotsDeps {
  snapshots: SnapshotsRepository;
  moments: Pick<MomentReader, 'read'>;
  leases: Leases;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const NOW = 'now';
const MAX_NAMED = 200;

/** Stored states of a team: named by people, and one at every change. */
export class SnapshotsService {
  constructor(private readonly deps: SnapshotsDeps) {}

  async list(actor: Actor, query: { named?: boolean; limit: number; cursor?: string }) {
    const page = await this.deps.snapshots.page(actor, query);
    return { ...page, items: page.items.map(asKnown) };
  }

  /** Saves the current state. Throws ConflictError when the name is taken or nothing was computed yet. */
  async create(actor: Actor, { name }: { name: string }): Promise<DriftSnapshot> {
    const { snapshots, audit, leases } = this.deps;
    checkName(name);
    const made = await leases.hold(driftLease(actor), async () => {
      const named = await snapshots.page(actor, { named: true, limit: MAX_NAMED });
      if (named.items.length >= MAX_NAMED) {
        throw new ConflictError(`there are ${MAX_NAMED} named snapshots; delete one first`);
      }
      const present = await this.#present(actor);
      const snapshot = { ...present.snapshot, name };
      await snapshots.putParts(actor, present.parts);
      await snapshots.add(actor, snapshot).catch(asTaken(name));
      return snapshot;
    });
    await audit.record(actor, 'drift.snapshot_created', made.id, { name });
    return made;
  }

  async rename(
    actor: Actor,
    snapshotId: string,
    { name }: { name: string },
  ): Promise<DriftSnapshot> {
    const { snapshots, audit } = this.deps;
    checkName(name);
    const renamed = await snapshots.rename(actor, snapshotId, name).catch(asTaken(name));
    if (!renamed) throw noSuchSnapshot(snapshotId);
    await audit.record(actor, 'drift.snapshot_renamed', snapshotId, { name });
    return renamed;
  }

  /** Named snapshots only: unnamed ones are deleted automatically. */
  async remove(actor: Actor, snapshotId: string): Promise<{ id: string }> {
    const { snapshots, audit } = this.deps;
    const known = await snapshots.get(actor, snapshotId);
    if (!known) throw noSuchSnapshot(snapshotId);
    if (known.name === null) {
      throw new ConflictError('unnamed snapshots are deleted automatically', {
        snapshotId,
      });
    }
    await snapshots.remove(actor, snapshotId);
    await audit.record(actor, 'drift.snapshot_deleted', snapshotId, { name: known.name });
    return { id: snapshotId };
  }

  /** Compares two snapshots, each given by id or name; `now` is the current state. */
  async diff(actor: Actor, { from, to }: { from?: string; to: string }): Promise<SnapshotDiff> {
    const first = from ?? (await this.#newestNamed(actor));
    const [was, is] = await Promise.all([this.#read(actor, first), this.#read(actor, to)]);
    const { catalogue } = await this.deps.moments.read(actor);
    const titleOf = (id: string) => catalogue.controls.get(id)?.title ?? id;
    return { from: was.snapshot, to: is.snapshot, ...diffOf(was.state, is.state, titleOf) };
  }

  /** Removes unnamed snapshots that are too close together for their age, and unused parts. */
  async thin(team: TeamScope): Promise<number> {
    const { snapshots, leases, clock } = this.deps;
    return leases.hold(driftLease(team), async (lease) => {
      const gone = thinnedOut(await snapshots.unnamed(team), clock.now());
      for (const id of gone) {
        lease.check();
        await snapshots.remove(team, id);
      }
      lease.check();
      await snapshots.removeUnusedParts(team);
      return gone.length;
    });
  }

  async #newestNamed(team: TeamScope): Promise<string> {
    const { items } = await this.deps.snapshots.page(team, { named: true, limit: 1 });
    if (items[0]) return items[0].id;
    throw new NotFoundError('there is no named snapshot to compare with');
  }

  async #read(
    team: TeamScope,
    text: string,
  ): Promise<{ snapshot: StoredSnapshot; state: TeamState }> {
    const { snapshots } = this.deps;
    if (text === NOW) {
      const { snapshot, state } = await this.#present(team);
      return { snapshot: { ...snapshot, id: NOW }, state };
    }
    const snapshot = await snapshots.byIdOrName(team, text);
    if (!snapshot) throw noSuchSnapshot(text);
    const state = stateFrom(snapshot.ruleVersion, await snapshots.parts(team, snapshot));
    return { snapshot: asKnown(snapshot), state };
  }

  async #present(team: TeamScope) {
    const { moments, clock, newId } = this.deps;
    const moment = await moments.read(team);
    if (moment.state.ruleVersion === '') {
      throw new ConflictError(
        'nothing has been computed yet: import a report or start a scan first',
      );
    }
    const { state, catalogue } = moment;
    const { manifest, parts } = partsOf(state, (id) => catalogue.controls.get(id)?.domain ?? '');
    const snapshot: StoredSnapshot = {
      id: newId('snapshot'),
      teamId: team.teamId,
      name: null,
      at: clock.now().toISOString(),
      ...summaryOf(state),
      hash: manifest.hash,
      parts: manifest.parts,
    };
    return { snapshot, state, parts };
  }
}

/** Held by whatever changes the drift data of a team. */
export function driftLease({ teamId }: TeamScope): string {
  return `drift/${teamId}`;
}

function checkName(name: string): void {
  if (name.toLowerCase() === NOW)
    throw new ConflictError('“now” stands for the current state; choose another name');
}

function asTaken(name: string) {
  return (error: unknown): never => {
    if (!(error instanceof ConflictError)) throw error;
    throw new ConflictError(
      `a snapshot named “${name}” exists already`,
      { name },
      { cause: error },
    );
  };
}

/** Former releases counted a finding once for each control, which is no number of findings. */
function asKnown(snapshot: StoredSnapshot): StoredSnapshot {
  return hasResults(snapshot) ? snapshot : { ...snapshot, openFindings: null };
}

function noSuchSnapshot(snapshot: string): NotFoundError {
  return new NotFoundError('no such snapshot', { snapshot });
}
