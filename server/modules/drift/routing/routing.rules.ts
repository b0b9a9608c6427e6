import type { DriftPolicy } from '../../../../contract/drift.js';
import { atLeast } from '../../../../contract/severity.js';
import type { EpisodeChange } from '../episodes/episode-life.rules.js';

/** Channel → the changes that policies send there, each once. */
export function byChannel(
  changes: readonly EpisodeChange[],
  policies: readonly DriftPolicy[],
): Map<string, EpisodeChange[]> {
  const channels = new Map<string, EpisodeChange[]>();
  for (const one of changes) {
    const wanted = policies.filter((policy) => matches(policy, one));
    for (const channel of new Set(wanted.flatMap((policy) => policy.channels))) {
      channels.set(channel, [...(channels.get(channel) ?? []), one]);
    }
  }
  return channels;
}

function matches(policy: DriftPolicy, { episode }: EpisodeChange): boolean {
  const { enabled, types, minSeverity, frameworks, domains } = policy;
  const meets = (wanted: readonly string[], own: readonly string[]) =>
    wanted.length === 0 || wanted.some((one) => own.includes(one));
  return (
    enabled &&
    meets(types, [episode.type]) &&
    // A recovery matters as much as the loss before it, whatever its severity.
    (episode.type === 'recovery' || atLeast(episode.severity, minSeverity)) &&
    meets(frameworks, episode.frameworks) &&
    meets(domains, episode.domains)
  );
}

/** When a throttle key was last sent to a channel. */
export type LastSent = (key: string) => string | null;

/** What must not be sent again too soon: the opening and repeats of an episode share a key, its end has another. */
export function throttleKey({ episode: { type, subject }, what }: EpisodeChange): string {
  return `${what === 'resolved' ? 'end' : 'drift'}/${type}/${subject}`;
}

/** Without what was sent within the window. */
export function outsideRepeatWindow(
  changes: readonly EpisodeChange[],
  lastSentAt: LastSent,
  { now, repeatHours }: { now: string; repeatHours: number },
): EpisodeChange[] {
  const since = new Date(Date.parse(now) - repeatHours * 3_600_000).toISOString();
  return changes.filter((one) => {
    const at = lastSentAt(throttleKey(one));
    return at === null || at <= since;
  });
}

/** One bundle per change, or a single one when there are too many. */
export function bundled(changes: readonly EpisodeChange[], digestAbove: number): EpisodeChange[][] {
  if (changes.length === 0) return [];
  return changes.length > digestAbove ? [[...changes]] : changes.map((one) => [one]);
}
