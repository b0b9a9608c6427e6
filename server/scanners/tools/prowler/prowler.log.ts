import { cleanText } from '../../rows/clean-text.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';

export interface LogEntry {
  level: string;
  /** The module that wrote it, such as `s3_service` or a check's id. */
  module: string;
  message: string;
  /** `AccessDenied`, `EndpointConnectionError`; `Other` when none can be made out. */
  errorClass: string;
}

const LINE =
  /^\{"timestamp": "[^"]*", "filename": "([^"]*)", "level": "([A-Z]*)", "module": "([^"]*)", "message": "(.*?)"?\}?$/;
const MAX_LINES = 200_000;

/**
 * Reads Prowler's log. It looks like JSON Lines but is made without escaping, so messages with quotes
 * or line breaks are no JSON: lines are read by their fixed beginning, what follows such a line
 * without one belongs to it, and anything else is passed over.
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

/** AWS's own code says more than the class of the exception that carries it. */
function classOf(message: string): string {
  const code = /An error occurred \(([A-Za-z][\w.]{1,80})\)/.exec(message)?.[1];
  if (code) return code;
  // For answers without a code, such as a proxy's.
  const status = /An error occurred \((\d{3})\)/.exec(message)?.[1];
  if (status) return `HTTP ${status}`;
  return (
    /\b([A-Z]\w{0,60}(?:Error|Exception|Timeout|Denied|Throttled?|Forbidden))\b/.exec(
      message,
    )?.[1] ?? 'Other'
  );
}

/** The errors in groups: how often, and where. */
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
