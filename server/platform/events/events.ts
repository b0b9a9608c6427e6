import type { Logger } from '../log/structured-logging.js';

/** A kind of event, with the type of its payload. Declared in a module's `<module>.events.ts`. */
export interface EventType<Payload> {
  readonly name: string;
  /** Carries the payload's type; never set. */
  readonly _payload?: Payload;
}

export function eventType<Payload>(name: string): EventType<Payload> {
  return { name };
}

type Handler = (payload: unknown) => void | Promise<void>;

/** Domain events within the process: a module emits them, later modules listen. */
export class Events {
  readonly #handlers = new Map<string, Handler[]>();

  constructor(private readonly log: Logger) {}

  on<Payload>(type: EventType<Payload>, handler: (payload: Payload) => void | Promise<void>): void {
    const handlers = this.#handlers.get(type.name) ?? [];
    handlers.push(handler as Handler);
    this.#handlers.set(type.name, handlers);
  }

  /** Resolves when all listeners are done. A listener that throws is logged; the others and the emitter go on. */
  async emit<Payload>(type: EventType<Payload>, payload: Payload): Promise<void> {
    for (const handler of this.#handlers.get(type.name) ?? []) {
      try {
        await handler(payload);
      } catch (error) {
        this.log.error({ err: error, event: type.name }, 'event listener failed');
      }
    }
  }
}
