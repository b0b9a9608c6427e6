import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { getPosture, listControls } from '../contract/compliance.js';
import { ScanRequest } from '../contract/orchestration.js';
import type { listFindings, listImports, ReportImport } from '../contract/security-scans.js';
import { systemClock } from '../server/platform/clock.js';
import { MODULES } from '../server/product-modules.js';
import { ocsfReport } from '../server/testing/prowler-rows.js';
import { CliFolder, type Ended } from '../server/testing/run-cli.js';
import {
  askProduct,
  type ProductProcess,
  startProduct,
  uploadTo,
} from '../server/testing/run-processes.js';
import { createTestCore, type TestCore } from '../server/testing/test-core.js';
import { TestTeam } from '../server/testing/test-team.js';
import type { Store } from './store.js';

const RESOURCES = 400;
const CHECKS = ['kms_cmk_are_used', 's3_bucket_public_access', 'iam_root_mfa_enabled'];
const DAY_MS = 86_400_000;
const EVERY_MS = 500;
export const WITHIN_MS = 60_000;

/** What must be as in an undisturbed product. */
export interface State {
  open: string[];
  controls: string[];
  scores: string[];
}

export interface Report {
  path: string;
  text: string;
}

/** A product that one attack is made on, and an undisturbed one in this process that gets the same reports. */
export class AttackedProduct {
  readonly #processes: ProductProcess[] = [];
  #reports = 0;
  readonly #firstMs = Date.now() - 2 * DAY_MS;

  private constructor(
    readonly folder: CliFolder,
    private readonly store: Store,
    private readonly core: TestCore,
    private readonly random: () => number,
  ) {}

  static async start(store: Store, random: () => number): Promise<AttackedProduct> {
    const core = await createTestCore({ clock: systemClock, modules: MODULES });
    return new AttackedProduct(await CliFolder.make(), store, core, random);
  }

  async stop(): Promise<void> {
    for (const { child } of this.#processes) child.kill('SIGKILL');
    for (const { end } of this.#processes) await end.catch(() => {});
    await this.core.close();
    await this.store.clean();
    await this.folder.remove();
  }

  async process(args: readonly string[]): Promise<ProductProcess> {
    const started = await startProduct(this.folder, args, this.#env);
    this.#processes.push(started);
    return started;
  }

  /** A report of the same account, newer than the ones before it, in which some results have changed. */
  async report(): Promise<Report> {
    this.#reports += 1;
    const rows = CHECKS.flatMap((check) =>
      Array.from({ length: RESOURCES }, (_, n) => ({
        check,
        resource: `${check}-${n}`,
        status: this.random() < 0.5 ? ('FAIL' as const) : ('PASS' as const),
      })),
    ).filter(() => this.random() < 0.995);
    const at = new Date(this.#firstMs + this.#reports * 60_000).toISOString();
    const text = ocsfReport(rows, { at });
    const path = join(this.folder.path, `report-${this.#reports}.ocsf.json`);
    await writeFile(path, text);
    return { path, text };
  }

  command(args: readonly string[]) {
    return this.folder.start(args, this.#env);
  }

  run(args: readonly string[]): Promise<Ended> {
    return this.folder.runProcess(args, this.#env);
  }

  /** Imports it undisturbed, in the other product too. */
  async importQuietly(report: Report): Promise<void> {
    const { code, stdout, stderr } = await this.run(['import', report.path]);
    if (code !== 0) throw new Error(`cspm import exited with ${code}: ${stdout}${stderr}`);
    await this.expectImport(report);
  }

  async expectImport({ text }: Report): Promise<void> {
    await new TestTeam(this.core, 'default').importText(text);
  }

  async expectImports(...reports: readonly Report[]): Promise<void> {
    for (const report of reports) await this.expectImport(report);
  }

  /** Scans it undisturbed in the other product. */
  async expectScan(url: string): Promise<void> {
    const { actor } = new TestTeam(this.core, 'default');
    const orchestration = this.core.container.get('orchestration');
    await orchestration.ownTargets.put(actor, { ranges: ['127.0.0.0/8'], names: [] });
    orchestration.runScansHere();
    const request = ScanRequest.parse({ kind: 'web', url });
    const { id } = await orchestration.scans.start(actor, request);
    while ((await orchestration.scans.get(actor, id)).finishedAt === null) await pause(EVERY_MS);
  }

  async imports(by: ProductProcess): Promise<ReportImport[]> {
    type Page = z.infer<typeof listImports.result>;
    return (await askProduct<Page>(by, '/api/security-scans/imports?limit=5')).items;
  }

  /** Uploads it until it is imported, as somebody would who sees it fail. Returns how often that took. */
  async upload(by: ProductProcess, { path }: Report, withinMs = 120_000): Promise<number> {
    const until = Date.now() + withinMs;
    for (let tries = 1; ; tries += 1) {
      const id = await uploadTo(by, path);
      for (;;) {
        const item = await askProduct<ReportImport>(by, `/api/security-scans/imports/${id}`);
        if (item.status === 'completed') return tries;
        if (item.status === 'failed') break;
        if (Date.now() > until) throw new Error(`the upload ${id} is still ${item.status}`);
        await pause(EVERY_MS);
      }
    }
  }

  /** Resolves with the newest import once all have ended. */
  async settled(by: ProductProcess, withinMs: number): Promise<ReportImport | undefined> {
    const until = Date.now() + withinMs;
    for (;;) {
      const items = await this.imports(by);
      const open = items.filter(({ finishedAt }) => finishedAt === null);
      if (open.length === 0) return items[0];
      if (Date.now() > until) {
        throw new Error(`still unfinished: ${open.map(({ id, status }) => `${id} ${status}`)}`);
      }
      await pause(EVERY_MS);
    }
  }

  /**
   * Milliseconds from `sinceMs` until this product had the state of the other one, which may still import (`expecting`)
   * meanwhile. Throws when that took longer than promised, with the difference if there still is one.
   */
  async agrees(
    by: ProductProcess,
    sinceMs: number,
    expecting: Promise<unknown> = Promise.resolve(),
    withinMs = WITHIN_MS,
  ): Promise<number> {
    const expected: State[] = [];
    const failures: unknown[] = [];
    expecting
      .then(() => this.#expected())
      .then(
        (state) => void expected.push(state),
        (error: unknown) => void failures.push(error),
      );
    let seen = { text: '', atMs: 0 };
    for (;;) {
      const askedMs = Date.now();
      const state = await this.state(by);
      const text = JSON.stringify(state);
      if (text !== seen.text) seen = { text, atMs: askedMs };
      if (failures.length > 0) throw failures[0];
      if (expected[0]) {
        const difference = differenceOf(expected[0], state);
        const tookMs = Math.max(0, seen.atMs - sinceMs);
        if (difference === null && tookMs <= withinMs) return tookMs;
        if (difference === null) throw new Error(`as undisturbed only after ${tookMs} ms`);
        if (askedMs - sinceMs > withinMs) throw new Error(`not as undisturbed: ${difference}`);
      }
      await pause(EVERY_MS);
    }
  }

  async state(by: ProductProcess): Promise<State> {
    const open: string[] = [];
    let cursor = '';
    do {
      type Page = z.infer<typeof listFindings.result>;
      const path = `/api/security-scans/findings?limit=200&status=open${cursor}`;
      const page = await askProduct<Page>(by, path);
      for (const { checkId, resourceUid } of page.items) open.push(`${checkId} ${resourceUid}`);
      cursor = page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : '';
    } while (cursor);
    const { items } = await askProduct<z.infer<typeof listControls.result>>(
      ...([by, '/api/common-controls'] as const),
    );
    const { frameworks } = await askProduct<z.infer<typeof getPosture.result>>(
      ...([by, '/api/compliance-engine/posture'] as const),
    );
    return {
      open: open.sort(),
      controls: items.map(({ id, status }) => `${id} ${status}`),
      scores: frameworks.map(({ id, score }) => `${id} ${score}`),
    };
  }

  async #expected(): Promise<State> {
    const team = new TestTeam(this.core, 'default');
    const [findings, { items }, frameworks] = await Promise.all([
      team.findings({ status: ['open'] }),
      this.core.compliance.controls.list(team.actor, {}),
      this.core.compliance.posture.frameworks(team.actor),
    ]);
    return {
      open: findings.map(({ checkId, resourceUid }) => `${checkId} ${resourceUid}`).sort(),
      controls: items.map(({ id, status }) => `${id} ${status}`),
      scores: frameworks.map(({ id, score }) => `${id} ${score}`),
    };
  }

  get #env(): Record<string, string> {
    return { LOG_LEVEL: 'warn', NO_COLOR: '1', ...this.store.env };
  }
}

function differenceOf(expected: State, found: State): string | null {
  for (const part of ['open', 'controls', 'scores'] as const) {
    const [more, less] = [new Set(found[part]), new Set(expected[part])];
    const missing = expected[part].filter((text) => !more.has(text));
    const extra = found[part].filter((text) => !less.has(text));
    if (missing.length + extra.length === 0) continue;
    return `${part}: ${missing.length} missing (${missing.slice(0, 3)}), ${extra.length} extra (${extra.slice(0, 3)})`;
  }
  return null;
}
