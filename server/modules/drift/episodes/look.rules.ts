import type { DriftResolution } from '../../../../contract/drift.js';
import { endOfConflict } from './answer-conflicts.rules.js';
import { driftBetween } from './drift.rules.js';
import { endOfThing, endSignals } from './ends.rules.js';
import type { StoredEpisode } from './episode.js';
import { changeOf, type EpisodeChange, keyOf, type Look, resolved } from './episode-life.rules.js';
import type { LookInputs } from './look-reader.js';
import { resolutionOf } from './resolution.rules.js';
import { movedBySettings } from './settings-drift.rules.js';
import type { Signal } from './signal.js';

/** What a look changes in the open episodes and adds to them. */
export function changesOf(
  inputs: LookInputs,
  open: readonly StoredEpisode[],
  look: Look,
): EpisodeChange[] {
  const { moment, before, causes, settings, ends, soon, since, now, isComputed } = inputs;
  const judged = {
    ...{ moment, before, causes, settings, since, now },
    movedBySettings: before ? movedBySettings(before, moment.state, causes) : new Set<string>(),
    definitionChanged: before !== null && before.ruleVersion !== moment.state.ruleVersion,
  };
  const ended = { ends, moment, soon, now };
  const signals = [...(isComputed ? driftBetween(judged) : []), ...endSignals(ended)];
  return changesIn(open, signals, look, (episode) => {
    if (episode.cause.about) return endOfThing(episode, ended);
    const agreed = endOfConflict(episode, ends.conflicts);
    if (agreed) return agreed;
    return isComputed ? resolutionOf(episode, judged) : null;
  });
}

/** What an interrupted attempt at the same look wrote and may not have reported. */
export function unsentChanges(
  written: readonly StoredEpisode[],
  changes: readonly EpisodeChange[],
): EpisodeChange[] {
  const known = new Set(changes.map(({ episode }) => episode.id));
  return written
    .filter(({ id }) => !known.has(id))
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

/** Ends first, so that drift that begins again in the same look is a new episode. */
function changesIn(
  known: readonly StoredEpisode[],
  signals: readonly Signal[],
  look: Look,
  resolutionFor: (episode: StoredEpisode) => DriftResolution | null,
): EpisodeChange[] {
  const open = new Map(known.map((episode) => [keyOf(episode), episode]));
  const changes: EpisodeChange[] = [];
  for (const episode of known) {
    const resolution = resolutionFor(episode);
    if (!resolution) continue;
    open.delete(keyOf(episode));
    changes.push(resolved(episode, resolution, look));
  }
  for (const signal of signals) {
    const change = changeOf(signal, open.get(keyOf(signal)), look);
    const one = resolvedAtOnce(signal, change, resolutionFor);
    if (!one) continue;
    changes.push(one);
    if (one.episode.openKey) open.set(one.episode.openKey, one.episode);
  }
  return changes;
}

/** Drift that begins and ends in one look is reported once, such as a decision that ended while evidence agrees with it. */
function resolvedAtOnce(
  { occurs }: Signal,
  change: EpisodeChange | null,
  resolutionFor: (episode: StoredEpisode) => DriftResolution | null,
): EpisodeChange | null {
  // Items and findings are read for episodes that are open already.
  if (!change || occurs !== 'level' || change.episode.cause.about) return change;
  const { episode } = change;
  const resolution = resolutionFor(episode);
  if (!resolution) return change;
  const resolvedAt = episode.firstSeenAt;
  return {
    ...change,
    episode: { ...episode, status: 'resolved', openKey: null, resolvedAt, resolution },
  };
}
