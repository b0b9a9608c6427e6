import type { z } from 'zod';
import type { ToolHealth } from '../../../../contract/scan-operations.js';
import type { Clock } from '../../../platform/clock.js';
import type { ToolAvailability } from '../../../scanners/runners/runner.js';
import type { Scanner } from '../../../scanners/runs/scanner.js';
import { isBuiltIn } from '../../../scanners/runs/scanner.js';
import type { ToolId } from '../../../scanners/runs/tool-run.js';

export interface ToolHealthDeps {
  scanners: ReadonlyMap<ToolId, Scanner>;
  /** `verifyNativeTools` for this process's runners; starts programs. */
  verify: () => Promise<ToolAvailability[]>;
  clock: Clock;
}

const CACHED_FOR_MS = 5 * 60_000;

/** The tools that can run here. Checking them takes seconds, so the result is cached for some minutes. */
export class ToolHealthService {
  #known: { found: Promise<ToolAvailability[]>; untilMs: number } | null = null;

  constructor(private readonly deps: ToolHealthDeps) {}

  async list(): Promise<{ items: z.infer<typeof ToolHealth>[] }> {
    const found = await this.#found();
    const items = [...this.deps.scanners.values()].map((scanner) => {
      const { id: tool, title, about } = scanner;
      if (isBuiltIn(scanner)) {
        const by = 'built_in' as const;
        const never = { version: null, missing: null, note: null };
        return { tool, title, about, available: true, by, ...never };
      }
      const known = found.find((each) => each.tool === tool);
      return {
        ...{ tool, title, about, available: known?.available ?? false },
        by: known?.by ?? ('native' as const),
        version: known?.version ?? null,
        missing: known ? known.missing : 'no runner is set up on this server',
        note: known?.note ?? null,
      };
    });
    return { items };
  }

  #found(): Promise<ToolAvailability[]> {
    const nowMs = this.deps.clock.now().getTime();
    if (this.#known && this.#known.untilMs > nowMs) return this.#known.found;
    const found = this.deps.verify();
    this.#known = { found, untilMs: nowMs + CACHED_FOR_MS };
    found.catch(() => {
      this.#known = null;
    });
    return found;
  }
}
