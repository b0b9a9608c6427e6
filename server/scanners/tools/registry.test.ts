import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../package-root.js';
import { ACCEPTED, formatsTable, REPORT_FILES, reportFormats } from './described-formats.js';
import { countedAs, formatsOf, PROGRAMS, programOf, TOOLS, toolFamily } from './registry.js';
import { toolContract } from './tool.contract.js';
import { TOOL_VARIABLES } from './tool-variables.js';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const formats = TOOLS.flatMap((tool) => tool.formats.map((format) => ({ tool, format })));

describe('the registry', () => {
  it('lists the folder of every tool, and nothing else', () => {
    expect(TOOLS.map(({ id }) => id).sort()).toEqual(folders.sort());
  });

  it('has unique ids that fit addresses, labels and identities', () => {
    const ids = formats.map(({ format }) => format.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of TOOLS) expect(id).toMatch(/^[a-z][a-z0-9-]{1,40}$/);
    for (const { tool, format } of formats) {
      expect(format.id === tool.id || format.id.startsWith(`${tool.id}-`), format.id).toBe(true);
      expect(toolFamily(format.id)).toBe(tool.id);
    }
  });

  it('counts a known tool as itself in any format, and others as the family of their format', () => {
    expect(countedAs('web-check', 'ocsf')).toBe('web-check');
    expect(countedAs('trivy', 'sarif')).toBe('trivy');
    expect(countedAs('semgrep', 'sarif')).toBe('sarif');
    expect(countedAs('cloud-watcher, prowler', 'ocsf')).toBe('ocsf');
  });

  it('finds formats by their kind and programs by their tool', () => {
    const kinds = ['document', 'elements', 'xml', 'csv'] as const;
    expect(kinds.flatMap((kind) => formatsOf(kind)).length).toBe(formats.length);
    for (const { tool, scan } of PROGRAMS) expect(programOf(tool.id)).toBe(scan);
    expect(() => programOf('unknown')).toThrow('no tool');
  });

  it('names each variable once', () => {
    const names = TOOL_VARIABLES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is consistent with messages, help and the API', () => {
    for (const { tool, format } of formats) {
      expect(ACCEPTED).toContain(format.title);
      expect(REPORT_FILES).toContain(tool.title);
    }
    expect(reportFormats().map(({ id }) => id)).toEqual(formats.map(({ format }) => format.id));
  });

  /** After a change of the registry: `npx vitest run -u server/scanners/tools/registry.test.ts`. */
  it('matches the table of formats in the README', async () => {
    const path = join(packageRoot, 'README.md');
    const readme = readFileSync(path, 'utf8');
    const table = /\| tool \| formats \| how to get one \|\n(?:\|.*\n)+/;
    expect(readme).toMatch(table);
    await expect(readme.replace(table, () => `${formatsTable()}\n`)).toMatchFileSnapshot(path);
  });

  it.each(TOOLS)('$id has a README of half a page', ({ id }) => {
    const path = join(import.meta.dirname, id, 'README.md');
    expect(existsSync(path)).toBe(true);
    const words = readFileSync(path, 'utf8').split(/\s+/).length;
    expect(words).toBeGreaterThan(70);
    expect(words).toBeLessThan(600);
  });
});

describe('a tool', () => {
  for (const tool of TOOLS) toolContract(tool);
});
