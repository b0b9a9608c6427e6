import { createHash } from 'node:crypto';
import type { DriftResolution } from '../../../../contract/drift.js';
import type { Catalogue } from '../state/moment-reader.js';
import type { StoredEpisode } from './episode.js';
import { affectedBy, type Signal, worst } from './signal.js';

/** What a look changed in an episode; people are notified of it. */
export interface EpisodeChange {
  episode: StoredEpisode;
  what: 'opened' | 'repeated' | 'resolved';
}

export interface Look {
  teamId: string;
  /** Sequence number of the look. Repeating a look has no further effect. */
  look: number;
  now: string;
  catalogue: Catalogue;
}

const MAX_CONTROLS = 50;
const MAX_REQUIREMENTS = 200;

export function keyOf({ type, subject }: Pick<Signal, 'type' | 'subject'>): string {
  return `${type}/${subject}`;
}

/** Opens an episode, repeats the open one, or returns null when the signal adds nothing. */
export function changeOf(
  signal: Signal,
  open: StoredEpisode | undefined,
  look: Look,
): EpisodeChange | null {
  if (open) {
    if (signal.occurs !== 'edge' || open.look === look.look) return null;
    return { what: 'repeated', episode: repeated(signal, open, look) };
  }
  return { what: 'opened', episode: opened(signal, look) };
}

export function resolved(
  episode: StoredEpisode,
  resolution: DriftResolution,
  { look, now }: Pick<Look, 'look' | 'now'>,
): EpisodeChange {
  return {
    what: 'resolved',
    episode: {
      ...episode,
      status: 'resolved',
      openKey: null,
      resolvedAt: now,
      lastSeenAt: now,
      resolution,
      look,
    },
  };
}

function opened(signal: Signal, at: Look): StoredEpisode {
  const { teamId, look, now } = at;
  const { type, subject, title, severity, from, to, cause } = signal;
  const isOver = signal.occurs === 'moment';
  return {
    id: idOf(at, signal),
    teamId,
    type,
    subject,
    title,
    severity,
    status: isOver ? 'resolved' : 'open',
    from,
    to,
    cause,
    ...shownOf(signal, at),
    count: 1,
    firstSeenAt: now,
    lastSeenAt: now,
    resolvedAt: isOver ? now : null,
    resolution: signal.resolution ?? null,
    acknowledged: null,
    assignee: null,
    note: null,
    openKey: isOver ? null : keyOf(signal),
    look,
  };
}

function repeated(signal: Signal, open: StoredEpisode, at: Look): StoredEpisode {
  const fell = signal.from !== null && /open findings?$/.test(open.from ?? '');
  const isStatus = !/open findings?$/.test(signal.from ?? '');
  return {
    ...open,
    ...shownOf(signal, at),
    severity: worst([open.severity, signal.severity]),
    // The status before the episode, which ends it when it is reached again.
    from: fell && isStatus ? signal.from : open.from,
    to: signal.to,
    cause: signal.cause,
    count: open.count + 1,
    lastSeenAt: at.now,
    look: at.look,
    // The acknowledgement was for the episode before this repeat.
    acknowledged: null,
  };
}

function shownOf(signal: Signal, { catalogue }: Look) {
  const { controls, domains, frameworks, requirements } = affectedBy(signal, catalogue);
  return {
    controls: controls.slice(0, MAX_CONTROLS),
    controlsTotal: controls.length,
    domains,
    frameworks,
    requirements: requirements.slice(0, MAX_REQUIREMENTS),
    requirementsTotal: requirements.length,
  };
}

function idOf({ teamId, look }: Look, signal: Signal): string {
  const text = [teamId, look, keyOf(signal)].join('\n');
  return `drift_${createHash('sha256').update(text).digest('hex').slice(0, 26)}`;
}
