import { cleanText } from '../../rows/clean-text.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';

export interface LogEntry {
  level: string;
  /** The module that wrote it, such as `s3_service` or a check's id. */
  module: string;
  message: string;
  /** `AccessDenied`, `EndpointConnectionError`; `Other` if unknown. */
  errorClass: string;
}

const LINE =
  /^\{"timestamp": "[^"]*", "filename": "([^"]*)", "level": "([A-Z]*)", "module": "([^"]*)", "message": "(.*?)"?\}?$/;
const MAX_LINES = 200_000;

/**
 * Reads Prowler's log. It resembles JSON Lines, but without escaping, so messages with quotes or line
 * breaks are not valid JSON. Lines are recognised by their fixed beginning, lines without it continue
 * the previous one, and anything else is ignored.
 */
export function readProwlerLog(text: string): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const line of text.split('\n', MAX_LINES)) {
    if (!line.startsWith('{"timestamp"')) {
      const last = entries.at(-1);
      if (last && last.message.length < 2000) last.message += ` ${line.trim()}`;
      continue;
    }
    const found = LINE.exec(line);
    const [, , level = 'ERROR', module = '', message = line] = found ?? [];
    entries.push({ level, module, message, errorClass: '' });
  }
  return entries.map((entry) => {
    const message = maskSecrets(cleanText(entry.message.replace(/"?\}$/, ''), 500));
    return { ...entry, message, errorClass: classOf(message) };
  });
}

/** Prefers AWS's error code, which is more specific than the exception's class. */
function classOf(message: string): string {
  const code = /An error occurred \(([A-Za-z][\w.]{1,80})\)/.exec(message)?.[1];
  if (code) return code;
  // For responses without a code, such as a proxy's.
  const status = /An error occurred \((\d{3})\)/.exec(message)?.[1];
  if (status) return `HTTP ${status}`;
  return (
    /\b([A-Z]\w{0,60}(?:Error|Exception|Timeout|Denied|Throttled?|Forbidden))\b/.exec(
      message,
    )?.[1] ?? 'Other'
  );
}

/** The errors grouped, with counts and modules. */
export function errorClasses(
  entries: readonly LogEntry[],
): { name: string; count: number; modules: string[]; example: string }[] {
  const groups = new Map<string, { count: number; modules: Set<string>; example: string }>();
  for (const { level, module, message, errorClass } of entries) {
    if (level !== 'ERROR' && level !== 'CRITICAL') continue;
    const group = groups.get(errorClass) ?? {
      count: 0,
      modules: new Set<string>(),
      example: message,
    };
    group.count += 1;
    if (module !== '') group.modules.add(module);
    groups.set(errorClass, group);
  }
  return [...groups]
    .map(([name, { count, modules, example }]) => ({
      name,
      count,
      modules: [...modules].sort(),
      example,
    }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
