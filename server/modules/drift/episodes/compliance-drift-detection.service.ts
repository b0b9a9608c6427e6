import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import { summaryOf } from '../snapshots/snapshot-summary.js';
import type { SnapshotsRepository } from '../snapshots/snapshots.repository.js';
import { driftLease } from '../snapshots/snapshots.service.js';
import type { EpisodeChange } from './episode-life.rules.js';
import type { EpisodesRepository } from './episodes.repository.js';
import { changesOf, unsentChanges } from './look.rules.js';
import type { LookInputs, LookReader } from './look-reader.js';

export interface DetectionDeps {
  reader: Pick<LookReader, 'read'>;
  snapshots: SnapshotsRepository;
  episodes: EpisodesRepository;
  /** Sends the changes to people. Gets the same changes again when an interrupted look is repeated. */
  notify: (team: TeamScope, changes: readonly EpisodeChange[]) => Promise<void>;
  leases: Leases;
}

/** Remembered by a look that came before the engine had computed anything. */
const NOTHING = { hash: '', ruleVersion: '', parts: [] };

/**
 * A look compares the stored state of a team with that of the look before, and keeps episodes of the differences.
 * Looks may come as often and in whatever order they like, or be missed: the next one finds the same. One look per
 * team at a time, across all processes.
 */
export class ComplianceDriftDetectionService {
  constructor(private readonly deps: DetectionDeps) {}

  /** Returns the number of changes that it reported. */
  detect(team: TeamScope): Promise<number> {
    return this.deps.leases.hold(driftLease(team), (lease) => this.#look(team, lease));
  }

  async #look(team: TeamScope, lease: { check(): void }): Promise<number> {
    const { reader, snapshots, episodes, notify } = this.deps;
    const open = await episodes.open(team);
    const inputs = await reader.read(team, open);
    const { last, now, isSame, isComputed, since, manifest } = inputs;
    const look = (last?.look ?? 0) + 1;
    const { catalogue } = inputs.moment;
    const changes = changesOf(inputs, open, { teamId: team.teamId, look, now, catalogue });
    const written = await episodes.ofLook(team, look);
    if (isSame && changes.length === 0 && written.length === 0) return 0;
    lease.check();
    if (!isSame) await this.#keep(team, inputs, look);
    await this.#put(team, changes);
    const reported = [...changes, ...unsentChanges(written, changes)];
    if (reported.length > 0) await notify(team, reported);
    lease.check();
    await snapshots.putLook(team, {
      ...{ look, comparedAt: now },
      manifest: isComputed ? manifest : (last?.manifest ?? NOTHING),
      statesAt: isComputed ? now : since,
    });
    return reported.length;
  }

  /** Parts first: a stored snapshot is whole. */
  async #keep(
    team: TeamScope,
    { moment, manifest, parts, now }: LookInputs,
    look: number,
  ): Promise<void> {
    const { snapshots } = this.deps;
    await snapshots.putParts(team, parts);
    await snapshots.put(team, {
      id: `snapshot_${team.teamId}_${look}`,
      teamId: team.teamId,
      name: null,
      at: now,
      ...summaryOf(moment.state),
      hash: manifest.hash,
      parts: manifest.parts,
    });
  }

  /** Episodes that end give up their key before others take it. */
  async #put(team: TeamScope, changes: readonly EpisodeChange[]): Promise<void> {
    for (const isOver of [true, false]) {
      const some = changes.filter(({ what }) => (what === 'resolved') === isOver);
      if (some.length === 0) continue;
      await this.deps.episodes.put(
        team,
        some.map(({ episode }) => episode),
      );
    }
  }
}
