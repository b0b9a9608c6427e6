import type { ReportFormat } from '../readers/format.js';
import type { FormatId } from '../rows/report.js';
import type { ToolId } from '../runs/tool-run.js';
import { checkov } from './checkov/index.js';
import { grype } from './grype/index.js';
import { nmap } from './nmap/index.js';
import { nuclei } from './nuclei/index.js';
import { ocsf } from './ocsf/index.js';
import { prowler } from './prowler/index.js';
import { sarif } from './sarif/index.js';
import type { ProgramScan, Silence, Tool } from './tool.js';
import { trivy } from './trivy/index.js';
import { webCheck } from './web-check/index.js';
import { zap } from './zap/index.js';

/** Every tool of the platform, in display order. */
export const TOOLS: readonly Tool[] = [
  prowler,
  trivy,
  zap,
  nmap,
  webCheck,
  nuclei,
  checkov,
  grype,
  sarif,
  ocsf,
];

const BY_ID = new Map(TOOLS.map((tool) => [tool.id, tool]));
const BY_FORMAT = new Map(
  TOOLS.flatMap((tool) => tool.formats.map((format) => [format.id, { tool, format }] as const)),
);

export function toolOf(id: ToolId): Tool | undefined {
  return BY_ID.get(id);
}

/** Undefined for formats that only an earlier version supported. */
export function formatOf(id: FormatId): ReportFormat | undefined {
  return BY_FORMAT.get(id)?.format;
}

/** The id of the tool declaration that has the format: `prowler`, `sarif`; few values, unlike tool names in reports. */
export function toolFamily(id: FormatId): ToolId {
  return BY_FORMAT.get(id)?.tool.id ?? id;
}

/** The known tool that a report states, such as one that writes OCSF; else the family of its format. */
export function countedAs(stated: string, format: FormatId): ToolId {
  return BY_ID.get(stated)?.id ?? toolFamily(format);
}

/** What a missing result of a tool proves in an account of this provider; of any tool, by the format it was read from. */
export function silenceOf(tool: ToolId, provider: string): Silence {
  if (provider === 'code') return sarif.silence;
  return (BY_ID.get(tool) ?? ocsf).silence;
}

export function formatsOf<Kind extends ReportFormat['kind']>(kind: Kind) {
  type Found = { tool: Tool; format: Extract<ReportFormat, { kind: Kind }> };
  return [...BY_FORMAT.values()].filter((each): each is Found => each.format.kind === kind);
}

export interface Program {
  tool: Tool;
  scan: ProgramScan;
}

/** The tools that a runner starts. */
export const PROGRAMS: readonly Program[] = TOOLS.flatMap((tool) =>
  tool.scan && 'plan' in tool.scan ? [{ tool, scan: tool.scan }] : [],
);
const PROGRAM_BY_ID = new Map(PROGRAMS.map((program) => [program.tool.id, program.scan]));

/** Throws for an id without a declared program, which is a bug. */
export function programOf(id: ToolId): ProgramScan {
  const scan = PROGRAM_BY_ID.get(id);
  if (!scan) throw new Error(`no tool that can be started has the id "${id}"`);
  return scan;
}
