import type { DriftPolicy } from '../../../../contract/drift.js';
import { atLeast } from '../../../../contract/severity.js';
import type { News } from '../episodes/episode-life.rules.js';

/** Channels → the news that a policy sends there, each once. */
export function routed(
  news: readonly News[],
  policies: readonly DriftPolicy[],
): Map<string, News[]> {
  const channels = new Map<string, News[]>();
  for (const one of news) {
    const wanted = policies.filter((policy) => matches(policy, one));
    for (const channel of new Set(wanted.flatMap((policy) => policy.channels))) {
      channels.set(channel, [...(channels.get(channel) ?? []), one]);
    }
  }
  return channels;
}

function matches(policy: DriftPolicy, { episode }: News): boolean {
  const { enabled, types, minSeverity, frameworks, domains } = policy;
  const meets = (wanted: readonly string[], own: readonly string[]) =>
    wanted.length === 0 || wanted.some((one) => own.includes(one));
  return (
    enabled &&
    meets(types, [episode.type]) &&
    // That something recovered is worth as much as what was lost.
    (episode.type === 'recovery' || atLeast(episode.severity, minSeverity)) &&
    meets(frameworks, episode.frameworks) &&
    meets(domains, episode.domains)
  );
}

/** What was told to a channel of an episode's key, and when. */
export type ToldBefore = (key: string) => string | null;

/** Names what must not be told again too soon: its beginning and repeats together, its end apart. */
export function throttleKey({ episode: { type, subject }, what }: News): string {
  return `${what === 'resolved' ? 'end' : 'drift'}/${type}/${subject}`;
}

/** Without what was told within the window. */
export function notToldYet(
  news: readonly News[],
  toldAt: ToldBefore,
  { now, repeatHours }: { now: string; repeatHours: number },
): News[] {
  const since = new Date(Date.parse(now) - repeatHours * 3_600_000).toISOString();
  return news.filter((one) => {
    const at = toldAt(throttleKey(one));
    return at === null || at <= since;
  });
}

/** One message for each, or one for all when there are too many. */
export function bundled(news: readonly News[], digestAbove: number): News[][] {
  if (news.length === 0) return [];
  return news.length > digestAbove ? [[...news]] : news.map((one) => [one]);
}
