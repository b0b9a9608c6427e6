/** Loaded with the first password: most processes never see one. */
const argon2 = (): Promise<Argon2> => import('@node-rs/argon2');
type Argon2 = Pick<typeof import('@node-rs/argon2'), 'hash' | 'verify'>;

/** argon2id with the minima of OWASP's password storage guidance: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** As hashes begin that were made with these parameters. */
const CURRENT = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;
/** Hashing works in the thread pool that files and name look-ups share, so a burst of sign-ins waits for itself. */
const MAX_PARALLEL = 2;

/** Hashes and verifies passwords, a few at a time. */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #ofNobody: Promise<string> | null = null;

  /** `load`: the functions of argon2. */
  constructor(private readonly load: () => Promise<Argon2> = argon2) {}

  hash(password: string): Promise<string> {
    return this.#inTurn(async () => (await this.load()).hash(password, PARAMETERS));
  }

  /** Takes as long for an unknown account (null) as for a known one. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    this.#ofNobody ??= this.hash('the password of no account');
    const against = stored ?? (await this.#ofNobody);
    const fits = await this.#inTurn(async () => (await this.load()).verify(against, password));
    return fits && stored !== null;
  }

  /** Whether the hash was made with weaker parameters than today's. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(CURRENT);
  }

  async #inTurn<R>(work: () => Promise<R>): Promise<R> {
    while (this.#running >= MAX_PARALLEL) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
