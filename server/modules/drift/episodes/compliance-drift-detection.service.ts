import type { ChangeCause } from '../../../../contract/compliance.js';
import type { DriftResolution } from '../../../../contract/drift.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { Compliance } from '../../compliance/index.js';
import { summaryOf } from '../snapshots/snapshot-summary.js';
import type { SnapshotsRepository } from '../snapshots/snapshots.repository.js';
import { driftLease } from '../snapshots/snapshots.service.js';
import { type Moment, readMoment } from '../standing/read-standing.js';
import { isJudgedOtherwise, type Standing } from '../standing/standing.js';
import { partsOf, standingFrom } from '../standing/standing-parts.js';
import { endOfConflict } from './answer-conflicts.rules.js';
import { hasEnded } from './control-drift.rules.js';
import { announcedUntil, driftBetween } from './drift.rules.js';
import type { DriftSettingsRepository } from './drift-settings.repository.js';
import { endOfThing, endSignals } from './ends.rules.js';
import type { EndsReader } from './ends-reader.js';
import { heard, keyOf, type Look, type News, resolved } from './episode-life.rules.js';
import type { EpisodesRepository, StoredEpisode } from './episodes.repository.js';
import { resolutionOf } from './resolution.rules.js';
import { movedBySettings } from './settings-drift.rules.js';
import type { Signal } from './signal.js';

export interface DetectionDeps {
  compliance: Pick<Compliance, 'posture' | 'decisions' | 'activation' | 'settings' | 'history'>;
  ends: Pick<EndsReader, 'read'>;
  snapshots: SnapshotsRepository;
  episodes: EpisodesRepository;
  settings: DriftSettingsRepository;
  /** Tells people. Called with the same news twice when a look is made a second time. */
  tell: (team: TeamScope, news: readonly News[]) => Promise<void>;
  leases: Leases;
  clock: Clock;
}

/** What a look remembers that was made before anything was computed. */
const NOTHING = { hash: '', ruleVersion: '', parts: [] };

/**
 * Compares where a team stands with where it stood at the look before, and keeps episodes of what
 * differs. A look compares stored states, so it does not matter how often it is made, or whether one
 * was missed: the next finds the same. One look per team at a time, of all processes.
 */
export class ComplianceDriftDetectionService {
  constructor(private readonly deps: DetectionDeps) {}

  /** Answers how much there was to tell. */
  detect(team: TeamScope): Promise<number> {
    return this.deps.leases.hold(driftLease(team), (lease) => this.#look(team, lease));
  }

  async #look(team: TeamScope, lease: { check(): void }): Promise<number> {
    const { compliance, ends, snapshots, episodes, settings: settingsOf } = this.deps;
    const moment = await readMoment(compliance, team);
    const now = this.#now();
    const { standing, catalogue } = moment;
    const { manifest, parts } = partsOf(standing, (id) => catalogue.controls.get(id)?.domain ?? '');
    const last = await snapshots.lastLook(team);
    // States that wait for a run by other thresholds are compared once it has been made.
    const isComputed = standing.ruleVersion !== '' && !moment.pending;
    const isSame = !isComputed || last?.manifest.hash === manifest.hash;
    const before = last?.manifest.ruleVersion
      ? isSame
        ? standing
        : standingFrom(last.manifest.ruleVersion, await snapshots.parts(team, last.manifest))
      : null;
    const causes = await this.#causes(team, before, standing);
    const since = last?.statesAt ?? last?.comparedAt ?? '';
    const moved = before ? movedBySettings(before, standing, causes) : new Set<string>();
    const settings = await settingsOf.get(team);
    const look: Look = { teamId: team.teamId, look: (last?.look ?? 0) + 1, now, catalogue };
    const known = await episodes.open(team);
    const soon = announcedUntil(now, settings);
    const ended = { ends: await ends.read(team, known, soon), moment, soon, now };
    const definitionChanged = before !== null && before.ruleVersion !== standing.ruleVersion;
    const judged = {
      ...{ moment, before, causes, movedBySettings: moved, settings, definitionChanged },
      ...{ since, now },
    };
    const signals = [
      ...(isComputed ? driftBetween({ ...judged, before }) : []),
      ...endSignals(ended),
    ];
    const news = newsOf(known, signals, look, (episode) => {
      if (episode.cause.about) return endOfThing(episode, ended);
      const agreed = endOfConflict(episode, ended.ends.conflicts);
      if (agreed) return agreed;
      return isComputed ? resolutionOf(episode, judged) : null;
    });
    const again = await episodes.ofLook(team, look.look);
    if (isSame && news.length === 0 && again.length === 0) return 0;
    lease.check();
    if (!isSame) await this.#keep(team, moment, { manifest, parts, look: look.look, now });
    const told = [...news, ...missedNews(again, news)];
    // What is over lets go of its key before another takes it.
    for (const isOver of [true, false]) {
      const written = news.filter(({ what }) => (what === 'resolved') === isOver);
      if (written.length > 0)
        await episodes.put(
          team,
          written.map(({ episode }) => episode),
        );
    }
    if (told.length > 0) await this.deps.tell(team, told);
    lease.check();
    const compared = isComputed ? manifest : (last?.manifest ?? NOTHING);
    const statesAt = isComputed ? now : since;
    await snapshots.putLook(team, {
      ...{ look: look.look, manifest: compared, comparedAt: now, statesAt },
    });
    return told.length;
  }

  /**
   * What the engine put states down to. Asked only where it makes a difference: where the definitions or the
   * team’s choices are others, and of controls that moved and have a decision that is over.
   */
  async #causes(
    team: TeamScope,
    before: Standing | null,
    after: Standing,
  ): Promise<ReadonlyMap<string, ChangeCause>> {
    const isOther =
      before && (before.ruleVersion !== after.ruleVersion || isJudgedOtherwise(before, after));
    const now = this.#now();
    const asked = [...(before ? after.controls : [])].filter(
      ([id, control]) =>
        isOther || (hasEnded(control, now) && before?.controls.get(id)?.status !== control.status),
    );
    if (asked.length === 0) return new Map();
    const ids = asked.map(([id]) => id);
    return this.deps.compliance.history.causes(team, ids);
  }

  /** Parts first: a snapshot that is there is whole. */
  async #keep(
    team: TeamScope,
    { standing }: Moment,
    { manifest, parts, look, now }: ReturnType<typeof partsOf> & { look: number; now: string },
  ): Promise<void> {
    const { snapshots } = this.deps;
    await snapshots.putParts(team, parts);
    await snapshots.put(team, {
      id: `snapshot_${team.teamId}_${look}`,
      teamId: team.teamId,
      name: null,
      at: now,
      ...summaryOf(standing),
      hash: manifest.hash,
      parts: manifest.parts,
    });
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

/** What is over goes first, so that what begins anew in the same look is an episode of its own. */
function newsOf(
  known: readonly StoredEpisode[],
  signals: readonly Signal[],
  look: Look,
  resolutionFor: (episode: StoredEpisode) => DriftResolution | null,
): News[] {
  const open = new Map(known.map((episode) => [keyOf(episode), episode]));
  const news: News[] = [];
  for (const episode of known) {
    const resolution = resolutionFor(episode);
    if (!resolution) continue;
    open.delete(keyOf(episode));
    news.push(resolved(episode, resolution, look));
  }
  for (const signal of signals) {
    const one = settledAtOnce(signal, heard(signal, open.get(keyOf(signal)), look), resolutionFor);
    if (!one) continue;
    news.push(one);
    if (one.episode.openKey) open.set(one.episode.openKey, one.episode);
  }
  return news;
}

/** What is so and over at the same time is told once: a decision that ended where evidence says the same. */
function settledAtOnce(
  { occurs }: Signal,
  one: News | null,
  resolutionFor: (episode: StoredEpisode) => DriftResolution | null,
): News | null {
  // Things are read for the episodes that are open already.
  if (!one || occurs !== 'level' || one.episode.cause.about) return one;
  const { episode } = one;
  const resolution = resolutionFor(episode);
  if (!resolution) return one;
  const resolvedAt = episode.firstSeenAt;
  return {
    ...one,
    episode: { ...episode, status: 'resolved', openKey: null, resolvedAt, resolution },
  };
}

/** What the same look wrote before it was cut off, and may not have told. */
function missedNews(again: readonly StoredEpisode[], news: readonly News[]): News[] {
  const told = new Set(news.map(({ episode }) => episode.id));
  return again
    .filter(({ id }) => !told.has(id))
    .map((episode) => ({
      episode,
      what:
        episode.resolvedAt !== null && episode.firstSeenAt !== episode.resolvedAt
          ? 'resolved'
          : episode.count > 1
            ? 'repeated'
            : 'opened',
    }));
}
