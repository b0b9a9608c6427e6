import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UnavailableError } from '../../platform/errors.js';

/**
 * What each tag named when it was pulled first. A tag can be moved, by its owner or by whoever got into
 * the registry; once pulled and removed again it may come back as another program.
 */
export class ImageTrust {
  #known: Promise<Record<string, string>> | null = null;

  /** `file`: where it is kept, JSON: references and digests. */
  constructor(private readonly file: string) {}

  /**
   * `digests`: what the registry calls the image that is here, `repository@sha256:…`; none for one that
   * was built here. Throws UnavailableError when it is not what it was.
   */
  async require(reference: string, digests: readonly string[]): Promise<void> {
    if (reference.includes('@') || digests.length === 0) return; // Docker keeps to a digest itself
    const known = await this.#load();
    const now = digests.map((digest) => digest.split('@').at(-1) ?? '').sort();
    const then = known[reference];
    if (then === undefined) {
      known[reference] = now[0] ?? '';
      await this.#keep(known);
    } else if (!now.includes(then)) {
      throw new UnavailableError(
        `the image ${reference} is another one than at its first pull (${then}, now ${now[0]}): if that is right, name it by its digest in the settings, or remove ${this.file}`,
        { image: reference },
      );
    }
  }

  #load(): Promise<Record<string, string>> {
    this.#known ??= readFile(this.file, 'utf8').then(
      (text) => Object.assign(Object.create(null), JSON.parse(text)),
      () => Object.create(null),
    );
    return this.#known;
  }

  async #keep(known: Record<string, string>): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const next = `${this.file}.${process.pid}`;
    await writeFile(next, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
    await rename(next, this.file);
  }
}
