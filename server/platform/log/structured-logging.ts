import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from '../config/config.js';

export type { Logger };

/** A field whose name ends so holds a secret: `password`, `dbPassword`, `DB_PASSWORD`. */
const SECRET_NAME =
  /(passw(or)?d|passphrase|secret|token|api_?key|access_?key|secret_?access_?key|private_?key|authorization|cookie|credentials?|uri)$/i;
const DOTS = '••••••••';
const DEEPEST = 8;

/**
 * JSON logs: one fixed message with facts beside it. Fields with a secret's name are blanked however deep
 * they lie, and credentials inside URLs and bearer headers are cut out of every text and error.
 * Logs go to standard error, so that a command's output stays its own.
 */
export function setupStructuredLogging(
  config: Pick<Config, 'logLevel'>,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (facts) => scrubValue(facts, 0) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => value }, // scrubbed above
      hooks: {
        logMethod(args, method) {
          const [first, text] = args as [unknown, unknown?];
          const told = first instanceof Error ? [{ err: first }, text ?? first.message] : args;
          const clean = told.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg));
          method.apply(this, clean as typeof args);
        },
      },
    },
    destination,
  );
}

/** Cuts credentials out of text: `scheme://user:password@`, bearer and basic headers. */
export function scrub(text: string): string {
  return (
    text
      // Up to the last @ of the word: a password may hold one, and a slash too when nobody encoded it.
      .replace(
        /([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:"']*:(?!\d+[/?#\s])[^\s"']{1,512}@/gi,
        '$1••••@',
      )
      .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,512}@/gi, '$1••••@')
      .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 ••••')
  );
}

function scrubValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return scrubError(value);
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, depth + 1));
  // An instance of a class, such as a date, a Secret or a request, has a form of its own for JSON.
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) ? DOTS : scrubValue(inner, depth + 1),
    ]),
  );
}

/** An error with its causes; whatever else hangs on it may hold anything, and stays out. */
function scrubError(error: Error): Record<string, unknown> {
  const { type, message, stack } = stdSerializers.err(error);
  const { code } = error as NodeJS.ErrnoException;
  return {
    type,
    ...(code === undefined ? {} : { code }),
    message: scrub(message),
    stack: scrub(stack ?? ''),
  };
}
