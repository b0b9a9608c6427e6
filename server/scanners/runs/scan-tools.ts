import { TOOLS } from '../tools/registry.js';
import type { ProgramScan, ScanSettings, Tool } from '../tools/tool.js';
import type { Scanner, ToolScanner } from './scanner.js';
import type { ToolId } from './tool-run.js';

/** Every scanner by its id. */
export function createScanTools(settings: ScanSettings): Map<ToolId, Scanner> {
  return new Map(
    TOOLS.flatMap((tool) => {
      const { id, scan } = tool;
      if (!scan) return [];
      return [[id, 'plan' in scan ? toolScanner(tool, scan, settings) : scan] as const];
    }),
  );
}

function toolScanner(
  { id, title, about, silence }: Tool,
  scan: ProgramScan,
  settings: ScanSettings,
): ToolScanner {
  const { reports, log, lesser, correct, question } = scan;
  return {
    ...{ id, title, about, reports, log, lesser, correct },
    plan: (unit, material) => scan.plan(unit, material, settings),
    question: (unit) => question?.(unit, settings) ?? null,
    judge: (given) => {
      const covers = silence.covers?.(given.run, given.answer);
      return { ...scan.judge(given), ...(covers ? { covers } : {}) };
    },
  };
}
