import type { z } from 'zod';
import type { ToolHealth } from '../../../../contract/scan-operations.js';
import type { Clock } from '../../../platform/clock.js';
import type { ToolAvailability } from '../../../scanners/runners/runner.js';
import type { Scanner } from '../../../scanners/runs/scanner.js';
import { isBuiltIn } from '../../../scanners/runs/scanner.js';
import type { ToolId } from '../../../scanners/runs/tool-run.js';

export interface ToolHealthDeps {
  scanners: ReadonlyMap<ToolId, Scanner>;
  /** `verifyNativeTools` of this process's runners; starts programs. */
  verify: () => Promise<ToolAvailability[]>;
  clock: Clock;
}

const KEPT_FOR_MS = 5 * 60_000;

/** Which tools can be run here. Asking them takes seconds, so what they said is kept for some minutes. */
export class ToolHealthService {
  #known: { found: Promise<ToolAvailability[]>; untilMs: number } | null = null;

  constructor(private readonly deps: ToolHealthDeps) {}

  async list(): Promise<{ items: z.infer<typeof ToolHealth>[] }> {
    const found = await this.#found();
    const items = [...this.deps.scanners.values()].map((scanner) => {
      const { id: tool, title } = scanner;
      if (isBuiltIn(scanner)) {
        const by = 'built_in' as const;
        return { tool, title, available: true, by, version: null, missing: null, note: null };
      }
      const its = found.find((each) => each.tool === tool);
      return {
        ...{ tool, title, available: its?.available ?? false, by: its?.by ?? ('native' as const) },
        version: its?.version ?? null,
        missing: its ? its.missing : 'no runner is set up on this server',
        note: its?.note ?? null,
      };
    });
    return { items };
  }

  #found(): Promise<ToolAvailability[]> {
    const nowMs = this.deps.clock.now().getTime();
    if (this.#known && this.#known.untilMs > nowMs) return this.#known.found;
    const found = this.deps.verify();
    this.#known = { found, untilMs: nowMs + KEPT_FOR_MS };
    found.catch(() => {
      this.#known = null;
    });
    return found;
  }
}
