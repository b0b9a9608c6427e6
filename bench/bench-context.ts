import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CspmServer, type Finished, runCspm } from './cspm-process.js';
import type { Section } from './figures.js';
import { writeReport } from './report-files.js';

export interface BenchOptions {
  folder: string;
  quick: boolean;
}

/** One measurement: a file `<name>.bench.ts`. */
export interface Bench {
  name: string;
  run(context: BenchContext): Promise<Section[]>;
}

export const SEED = 731;

/** Shared by the benches: sizes, a folder, and a store that is filled once. */
export class BenchContext {
  #big: Promise<{ dataDir: string; imported: Finished }> | null = null;
  #server: Promise<CspmServer> | null = null;
  #folders = 0;

  constructor(private readonly options: BenchOptions) {}

  get quick(): boolean {
    return this.options.quick;
  }
  /** Results of the report whose import is timed. */
  get reportSize(): number {
    return this.quick ? 1_500 : 15_000;
  }
  /** Results, all of them fails, in the store that is queried. */
  get storeSize(): number {
    return this.quick ? 5_000 : 100_000;
  }
  get repeats(): number {
    return this.quick ? 1 : 3;
  }

  /** A target; it applies at full sizes only. */
  target(below: number): { below?: number } {
    return this.quick ? {} : { below };
  }

  path(name: string): string {
    return join(this.options.folder, name);
  }

  async newDataDir(): Promise<string> {
    this.#folders += 1;
    const folder = this.path(`data-${this.#folders}`);
    await mkdir(folder);
    return folder;
  }

  /** A data folder with the big report imported. */
  bigStore(): Promise<{ dataDir: string; imported: Finished }> {
    this.#big ??= this.#fill();
    return this.#big;
  }

  /** A server on the big store. */
  async bigServer(): Promise<CspmServer> {
    this.#server ??= this.bigStore().then(({ dataDir }) => CspmServer.start(dataDir));
    return this.#server;
  }

  async close(): Promise<void> {
    await (await this.#server?.catch(() => null))?.stop();
  }

  async #fill() {
    const dataDir = await this.newDataDir();
    this.say(`filling a store with ${this.storeSize.toLocaleString('en-US')} findings`);
    const file = await writeReport(this.path('big.ocsf.json.gz'), {
      seed: SEED,
      findings: this.storeSize,
      accounts: 10,
      failShare: 1,
      manualShare: 0,
      mutedShare: 0.01,
    });
    return { dataDir, imported: await runCspm(['import', '--json', file.path], dataDir) };
  }

  say(text: string): void {
    console.error(`▸ ${text} …`);
  }
}
