import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from '../config/config.js';

export type { Logger };

const SECRET_KEYS = [
  'password',
  'passwd',
  'secret',
  'token',
  'apiKey',
  'accessKey',
  'secretAccessKey',
  'sessionToken',
  'authorization',
  'cookie',
  'credentials',
  'privateKey',
  'mongoUri',
  'uri',
];

/**
 * JSON logs: one fixed message with facts beside it. Fields with a secret's name are blanked up to two
 * levels deep, and credentials inside URLs and bearer headers are cut out of messages and errors.
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
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: '••••••••',
      },
      serializers: {
        err: (error: Error) => {
          const plain = stdSerializers.err(error);
          return {
            type: plain.type,
            message: scrub(plain.message),
            stack: scrub(plain.stack ?? ''),
          };
        },
      },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg)) as typeof args,
          );
        },
      },
    },
    destination,
  );
}

/** Cuts credentials out of text: `scheme://user:password@`, bearer and basic headers. */
export function scrub(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,512}@/gi, '$1••••@')
    .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 ••••');
}
