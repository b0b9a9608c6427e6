import type { ToolId } from '../runs/tool-run.js';
import { PROGRAMS } from '../tools/registry.js';
import type { Runner, ToolAvailability } from './runner.js';

/**
 * How each tool will run here. A container whose image is there comes first, then the program on this
 * machine, then a container whose image has yet to be pulled, as its `note` says: a machine
 * without a way to the registry uses what it has.
 */
export async function verifyNativeTools(runners: readonly Runner[]): Promise<ToolAvailability[]> {
  return Promise.all(PROGRAMS.map(({ tool }) => bestFor(tool.id, runners)));
}

async function bestFor(tool: ToolId, runners: readonly Runner[]): Promise<ToolAvailability> {
  const found = await Promise.all(runners.map((runner) => runner.availability(tool)));
  found.sort((a, b) => rank(a) - rank(b));
  const best = found[0];
  if (best?.available) return best;
  const missing = found.flatMap((each) => each.missing ?? []);
  const by = best?.by ?? 'native';
  return {
    ...(best ?? { tool, by, version: null, where: null }),
    available: false,
    // Either is enough, so both are named.
    missing: missing.join('. Or: ') || 'no runner is set up',
  };
}

function rank({ available, by, note }: ToolAvailability): number {
  const way = by === 'docker' ? 0 : 1;
  if (!available) return 10 - way; // a program is got more easily than Docker
  return note === undefined ? way : 5 + way;
}
