import type { ReportFormat } from '../../../contract/security-scans.js';
import { TOOLS } from './registry.js';
import { silenceText, type Tool } from './tool.js';

const read = TOOLS.filter(({ formats }) => formats.length > 0);
const named = read.filter(({ ofAnyTool }) => !ofAnyTool);
const ofAnyTool = read.filter((tool) => tool.ofAnyTool);

/** The title of a format including its tool: `Trivy JSON`, `SARIF 2.1.0`. */
export function formatTitle(tool: Tool, format: { title: string }): string {
  return tool.ofAnyTool ? format.title : `${tool.title} ${format.title}`;
}

const titles = ({ formats }: Tool) => formats.map(({ title }) => title);

/** For messages: the supported reports. */
export const ACCEPTED = `give a report of ${named
  .map((tool) => `${tool.title} (${titles(tool).join(', ')})`)
  .join(', ')}, or of any tool as ${ofAnyTool.flatMap(titles).join(' or ')}; plain or gzip`;

/** For the help of commands: the supported reports. */
export const REPORT_FILES = `reports of ${list(named)}, or of any tool as ${ofAnyTool
  .map(({ title }) => title)
  .join(' or ')}; plain or gzip`;

function list(tools: readonly Tool[]): string {
  const names = tools.map(({ title }) => title);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** Every supported format, for people. */
export function reportFormats(): ReportFormat[] {
  return read.flatMap((tool) =>
    tool.formats.map(({ id, title, example }) => ({
      ...{ id, title, example },
      tool: tool.id,
      toolTitle: tool.title,
      ofAnyTool: tool.ofAnyTool ?? false,
      homepage: tool.homepage,
      silence: silenceText(tool.silence),
    })),
  );
}

/** The README's table of formats, in Markdown. */
export function formatsTable(): string {
  const rows = read.map((tool) => {
    const name = tool.ofAnyTool ? 'any' : `[${tool.title}](${tool.homepage})`;
    const [first] = tool.formats;
    return `| ${name} | ${titles(tool).join(', ')} | ${first?.example ?? ''} |`;
  });
  return ['| tool | formats | how to get one |', '|---|---|---|', ...rows].join('\n');
}
