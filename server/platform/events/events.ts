import type { Leases } from '../leases/leases.js';
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
interface Listener {
  handler: Handler;
  /** Why it must not run now; null when it may. */
  whyNot: () => string | null;
  /** The reason for which it was left out last. */
  leftOut: string | null;
}
type Listen = 'on' | 'after';

/**
 * Domain events within the process: a module emits them, later modules listen. A listener that fails is logged; the
 * other listeners and the emitter go on. Events are not stored: a module whose state depends on one must be able to
 * detect missed events itself. Listeners of a module that is unavailable are left out.
 */
export class Events {
  readonly #listeners: Record<Listen, Map<string, Listener[]>>;
  readonly #whyNot: () => string | null;

  constructor(
    private readonly log: Logger,
    private readonly leases: Pick<Leases, 'afterwards'>,
    part?: { of: Events; whyNot: () => string | null },
  ) {
    this.#listeners = part ? part.of.#listeners : { on: new Map(), after: new Map() };
    this.#whyNot = part?.whyNot ?? (() => null);
  }

  /** The same events for a module, whose listeners run only while `whyNot` returns null. */
  part(whyNot: () => string | null): Events {
    return new Events(this.log, this.leases, { of: this, whyNot });
  }

  /** For work that belongs to the change: runs while the emitter holds its leases, and the emitter waits. */
  on<Payload>(type: EventType<Payload>, handler: (payload: Payload) => void | Promise<void>): void {
    this.#add('on', type.name, handler as Handler);
  }

  /**
   * For work that follows from the change: runs once the emitter holds no lease, so that it delays neither the emitter
   * nor the callers that wait for its leases. The call that took the outermost lease returns after these listeners.
   * The state may have changed again by then: read it, do not rely on the order of events.
   */
  after<Payload>(
    type: EventType<Payload>,
    handler: (payload: Payload) => void | Promise<void>,
  ): void {
    this.#add('after', type.name, handler as Handler);
  }

  /** Resolves when all `on` listeners are done, and the `after` listeners too unless the caller holds a lease. */
  async emit<Payload>(type: EventType<Payload>, payload: Payload): Promise<void> {
    await this.#run('on', type.name, payload);
    if (!this.#listeners.after.has(type.name)) return;
    await this.leases.afterwards(() => this.#run('after', type.name, payload));
  }

  #add(when: Listen, name: string, handler: Handler): void {
    const listeners = this.#listeners[when];
    const listener = { handler, whyNot: this.#whyNot, leftOut: null };
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  }

  async #run(when: Listen, name: string, payload: unknown): Promise<void> {
    for (const listener of this.#listeners[when].get(name) ?? []) {
      if (this.#isLeftOut(listener, name)) continue;
      try {
        await listener.handler(payload);
      } catch (error) {
        this.log.error({ err: error, event: name }, 'event listener failed');
      }
    }
  }

  /** Logged once for each reason. */
  #isLeftOut(listener: Listener, event: string): boolean {
    const reason = listener.whyNot();
    if (reason !== null && reason !== listener.leftOut)
      this.log.warn({ event, reason }, 'event listener left out');
    listener.leftOut = reason;
    return reason !== null;
  }
}
