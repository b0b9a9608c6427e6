import type { ChangeCause } from '../../../../contract/compliance.js';
import type { DriftSettings } from '../../../../contract/drift.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Compliance } from '../../compliance/index.js';
import type { LastLook, SnapshotsRepository } from '../snapshots/snapshots.repository.js';
import type { Moment, MomentReader } from '../state/moment-reader.js';
import { type Manifest, partsOf, type StatePart, stateFrom } from '../state/state-parts.js';
import { hasOtherSettings, type TeamState } from '../state/team-state.js';
import { hasEnded } from './control-drift.rules.js';
import { announcedUntil } from './drift.rules.js';
import type { DriftSettingsRepository } from './drift-settings.repository.js';
import type { Ends, EndsReader } from './ends-reader.js';
import type { StoredEpisode } from './episode.js';

/** Everything that a look compares. */
export interface LookInputs {
  moment: Moment;
  ends: Ends;
  settings: DriftSettings;
  last: LastLook | null;
  /** The state that the look before compared; null when there is none. */
  before: TeamState | null;
  causes: ReadonlyMap<string, ChangeCause>;
  manifest: Manifest;
  parts: StatePart[];
  /** False while states wait for a run of the engine: they are compared after it. */
  isComputed: boolean;
  /** The states are those of the look before, or are not compared. */
  isSame: boolean;
  /** When states were compared last; empty for never. */
  since: string;
  /** Ends before then are announced. */
  soon: string;
  now: string;
}

export interface LookReaderDeps {
  moments: MomentReader;
  ends: Pick<EndsReader, 'read'>;
  history: Pick<Compliance['history'], 'causes'>;
  snapshots: SnapshotsRepository;
  settings: DriftSettingsRepository;
  clock: Clock;
}

export class LookReader {
  constructor(private readonly deps: LookReaderDeps) {}

  async read(team: TeamScope, open: readonly StoredEpisode[]): Promise<LookInputs> {
    const { moments, ends, snapshots, settings: settingsOf, clock } = this.deps;
    const moment = await moments.read(team);
    const now = clock.now().toISOString();
    const { state, catalogue } = moment;
    const { manifest, parts } = partsOf(state, (id) => catalogue.controls.get(id)?.domain ?? '');
    const last = await snapshots.lastLook(team);
    const isComputed = state.ruleVersion !== '' && !moment.pending;
    const isSame = !isComputed || last?.manifest.hash === manifest.hash;
    const before = last?.manifest.ruleVersion
      ? isSame
        ? state
        : stateFrom(last.manifest.ruleVersion, await snapshots.parts(team, last.manifest))
      : null;
    const settings = await settingsOf.get(team);
    const soon = announcedUntil(now, settings);
    return {
      ...{ moment, settings, last, before, manifest, parts, isComputed, isSame, soon, now },
      causes: await this.#causes(team, before, state, now),
      ends: await ends.read(team, open, soon),
      since: last?.statesAt ?? last?.comparedAt ?? '',
    };
  }

  /**
   * Why the engine changed states. Read only where it makes a difference: when the definitions or the team’s
   * settings changed, and for controls that moved and have a decision that ended.
   */
  async #causes(
    team: TeamScope,
    before: TeamState | null,
    after: TeamState,
    now: string,
  ): Promise<ReadonlyMap<string, ChangeCause>> {
    const isOther =
      before && (before.ruleVersion !== after.ruleVersion || hasOtherSettings(before, after));
    const asked = [...(before ? after.controls : [])].filter(
      ([id, control]) =>
        isOther || (hasEnded(control, now) && before?.controls.get(id)?.status !== control.status),
    );
    if (asked.length === 0) return new Map();
    return this.deps.history.causes(
      team,
      asked.map(([id]) => id),
    );
  }
}
