import { createHash } from 'node:crypto';
import { DRIFT_TYPE_LABELS, type DriftType } from '../../../../contract/drift.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { EpisodeChange } from '../episodes/episode-life.rules.js';

/** The content of a message, whatever its channel; plain JSON, stored until it is sent. */
export interface Message {
  kind: 'event' | 'digest' | 'test';
  subject: string;
  severity: Severity;
  /** At most 20 lines of `total`. */
  lines: MessageLine[];
  total: number;
  at: string;
}

export interface MessageLine {
  eventId: string | null;
  what: EpisodeChange['what'] | 'test';
  type: DriftType | null;
  severity: Severity;
  title: string;
  subject: string;
  from: string | null;
  to: string | null;
  text: string;
  frameworks: string[];
}

const MAX_LINES = 20;

export function messageOf(changes: readonly EpisodeChange[], at: string): Message {
  const ordered = [...changes].sort(
    (a, b) => SEVERITIES.indexOf(a.episode.severity) - SEVERITIES.indexOf(b.episode.severity),
  );
  const lines = ordered.slice(0, MAX_LINES).map(lineOf);
  const [first] = lines;
  const subject =
    ordered.length === 1 && first ? `${headOf(first)}: ${first.title}` : digestSubject(ordered);
  return {
    kind: ordered.length === 1 ? 'event' : 'digest',
    subject,
    severity: ordered[0]?.episode.severity ?? 'informational',
    lines,
    total: ordered.length,
    at,
  };
}

function digestSubject(changes: readonly EpisodeChange[]): string {
  const over = changes.filter(({ what }) => what === 'resolved').length;
  return `${changes.length} changes in compliance${over > 0 ? `, ${over} of them over` : ''}`;
}

export function testMessage(at: string): Message {
  const text = 'If you can read this, drift notifications arrive here.';
  return {
    kind: 'test',
    subject: 'Test message from OffloadSecurity',
    severity: 'informational',
    lines: [
      {
        ...{ eventId: null, what: 'test', type: null, severity: 'informational' },
        ...{ title: 'Test message', subject: '', from: null, to: null, text, frameworks: [] },
      },
    ],
    total: 1,
    at,
  };
}

/** The same changes in any order have the same id, so a message that is created twice is one delivery. */
export function idOfMessage(channelId: string, changes: readonly EpisodeChange[]): string {
  const keys = changes.map(({ episode, what }) => `${episode.id}:${what}:${episode.count}`).sort();
  const hash = createHash('sha256')
    .update([channelId, ...keys].join('\n'))
    .digest('hex');
  return `msg_${hash.slice(0, 32)}`;
}

export function headOf({ type, what }: MessageLine): string {
  const words = type ? DRIFT_TYPE_LABELS[type] : 'Test';
  if (what === 'resolved') return `${words} – over`;
  return what === 'repeated' ? `${words}, again` : words;
}

/** For mail, and where cards are not shown. */
export function plainText({ lines, total }: Message): string {
  const shown = lines.map((line) => {
    const move = line.from && line.to ? `\n  ${line.from} → ${line.to}` : '';
    const frameworks =
      line.frameworks.length > 0 ? `\n  Frameworks: ${line.frameworks.join(', ')}` : '';
    return `[${line.severity}] ${headOf(line)}: ${line.title}${move}\n  ${line.text}${frameworks}`;
  });
  const more = total > lines.length ? `\n\nand ${total - lines.length} more` : '';
  return shown.join('\n\n') + more;
}

function lineOf({ episode, what }: EpisodeChange): MessageLine {
  const { id, type, severity, title, subject, from, to, cause, resolution, frameworks } = episode;
  const text = what === 'resolved' && resolution ? resolution.text : cause.text;
  return {
    ...{ eventId: id, what, type, severity, title, subject, from, to },
    text: text.slice(0, 1_000),
    frameworks: frameworks.slice(0, 30),
  };
}

/** Several messages as one digest. */
export function joined(messages: readonly Message[]): Message {
  const [first] = messages;
  if (!first || messages.length === 1) return first as Message;
  const total = messages.reduce((sum, message) => sum + message.total, 0);
  return {
    ...first,
    kind: 'digest',
    subject: `${total} held-back changes in compliance`,
    lines: messages.flatMap(({ lines }) => lines).slice(0, MAX_LINES),
    total,
  };
}
