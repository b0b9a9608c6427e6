import type { Logger } from '../log/structured-logging.js';
import { type AccessOptions, isChanged, restrictAccess } from './restrict-access.js';

/** DATA_DIR of this process, which only its owner may read. */
export class DataFolder {
  readonly #ending = new AbortController();
  #restricting: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {}

  /** The folder and what is directly in it: nobody else reaches the rest then. */
  restrict(): Promise<void> {
    return this.#restrict({ deep: false });
  }

  /** Also everything below, while the process goes on. */
  restrictAll(): void {
    this.#restricting = this.#restrict({ deep: true, signal: this.#ending.signal });
  }

  end(): Promise<void> {
    this.#ending.abort();
    return this.#restricting;
  }

  async #restrict(options: AccessOptions): Promise<void> {
    try {
      const report = await restrictAccess(this.path, options);
      if (isChanged(report)) this.log.warn({ ...report }, 'access of others to DATA_DIR removed');
    } catch (err) {
      this.log.error({ err }, 'could not check the access to DATA_DIR');
    }
  }
}
