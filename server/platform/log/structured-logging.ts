import { inspect } from 'node:util';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from '../config/config.js';
import { AppError } from '../errors.js';
import { outageIn } from '../outages/outage.js';
import { faultOf } from '../parsing/fault.js';
import { parserProblem } from '../parsing/parser-error.js';
import { logContext } from './log-context.js';

export type { Logger };

/** Names of secret fields, by their ending: `password`, `dbPassword`, `DB_PASSWORD`. */
const SECRET_NAME =
  /(passw(or)?d|passphrase|secret|token|api_?key|access_?key|secret_?access_?key|private_?key|authorization|cookie|credentials?|uri)$/i;
const DOTS = '••••••••';
const MAX_DEPTH = 8;
const MINUTE_MS = 60_000;
/** Characters of lines that wait; more are dropped. */
const MAX_WAITING = 1_000_000;
const DEBUG = pino.levels.values.debug as number;

/**
 * JSON logs: a fixed message with fields beside it, among them the log context. Fields with a secret's name
 * are masked at any depth, and credentials in URLs and bearer headers are removed from every text and error.
 * Logs go to standard error, to keep them apart from a command's output. Failures by the same outage are logged once
 * a minute.
 */
export function setupStructuredLogging(
  config: Pick<Config, 'logLevel'>,
  destination: DestinationStream = standardError(),
  mask: (text: string) => string = String,
): Logger {
  const isNews = onceAMinute();
  return pino(
    {
      level: config.logLevel,
      base: null,
      mixin: (_fields, _level, logger) => missingFrom(logger, logContext()),
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (facts) => scrubValue(facts, 0, mask) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => value }, // scrubbed above
      hooks: {
        logMethod(args, method, level) {
          const [first, text] = args as [unknown, unknown?];
          const away =
            level > DEBUG ? outageIn(first instanceof Error ? first : errorIn(first)) : null;
          if (away && !isNews(away.reason)) {
            this.debug(...(args as [object, string]));
            return;
          }
          const named = first instanceof Error ? [{ err: first }, text ?? first.message] : args;
          const clean = named.map((arg) => (typeof arg === 'string' ? mask(scrub(arg)) : arg));
          method.apply(this, clean as typeof args);
        },
      },
    },
    destination,
  );
}

/** A log that cannot be written, as its disk is full, must not end the process: its lines wait. */
function standardError(): DestinationStream {
  const stream = pino.destination({ dest: 2, sync: true, maxLength: MAX_WAITING });
  stream.on('error', () => {});
  return stream;
}

/** In an outage every request and job fails for the same reason: one of them is enough. */
function onceAMinute(): (reason: string) => boolean {
  const seen = new Map<string, number>();
  return (reason) => {
    const now = performance.now();
    for (const [known, at] of seen) if (now - at >= MINUTE_MS) seen.delete(known);
    if (seen.has(reason)) return false;
    seen.set(reason, now);
    return true;
  };
}

function errorIn(fields: unknown): unknown {
  return typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : null;
}

/** A child logger may carry a field of the context already; JSON must not have it twice. */
function missingFrom(logger: Logger, context: object): object {
  const fields = Object.entries(context);
  if (fields.length === 0) return {};
  const known = logger.bindings();
  return Object.fromEntries(fields.filter(([name]) => !(name in known)));
}

/** Removes credentials from text: `scheme://user:password@`, bearer and basic headers. */
export function scrub(text: string): string {
  return (
    text
      // Up to the last @ of the word: an unencoded password may contain @ and slashes.
      .replace(
        /([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:"']*:(?!\d+[/?#\s])[^\s"']{1,512}@/gi,
        '$1••••@',
      )
      .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,512}@/gi, '$1••••@')
      .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 ••••')
  );
}

function scrubValue(value: unknown, depth: number, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(scrub(value));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return scrubValue(scrubError(value), depth, mask);
  if (depth === MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, depth + 1, mask));
  // Class instances, such as dates, Secrets and requests, define their own JSON.
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      mask(name),
      SECRET_NAME.test(name) ? DOTS : scrubValue(inner, depth + 1, mask),
    ]),
  );
}

/** An error with its causes; its other properties may contain anything and are dropped. */
function scrubError(error: Error) {
  const { type, message, stack } = stdSerializers.err(error);
  const { code } = error as NodeJS.ErrnoException;
  const common = { type, ...(code === undefined ? {} : { code }) };
  if (causesOf(error).some((each) => parserProblem(each) !== null)) {
    return {
      ...common,
      message: error instanceof AppError ? scrub(error.message) : NOT_QUOTED,
      stack: faultOf(error).stack,
    };
  }
  return {
    ...common,
    message: withoutReceived(scrub(message)),
    stack: withoutReceived(scrub(stack ?? '')),
  };
}

/** An unforeseen error for a person: as it is logged, in lines. */
export function unforeseenText(error: unknown): string {
  if (!(error instanceof Error)) return scrub(inspect(error));
  const { type, message, stack } = scrubError(error);
  return stack.includes(message) ? stack : `${type}: ${message}\n${stack}`;
}

const MAX_CAUSES = 10;

/** The error and what caused it; their messages are logged together. */
function causesOf(error: Error): unknown[] {
  const chain: unknown[] = [error];
  for (let next = error.cause; next && chain.length < MAX_CAUSES; ) {
    chain.push(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

/** Instead of a parser's message, which quotes what it read. */
const NOT_QUOTED = 'left out: it may quote what was read';

/** Node's errors of arguments end in the value, which may be anything. */
function withoutReceived(text: string): string {
  return text.replace(/(\. Received )[^\n]*/g, '$1…');
}
