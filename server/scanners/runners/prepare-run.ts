import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import type { RunFile, ToolRun } from '../runs/tool-run.js';

/** Where a run finds its folders, as the tool sees them. */
export interface RunPaths {
  input: string;
  output: string;
  /** What `{input}/<name>` of a mounted folder stands for, where that is not below `input`. */
  mounts?: ReadonlyMap<string, string>;
}

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const PLACE = /\{(input|output)\}(?:\/([A-Za-z0-9._-]+)(?![A-Za-z0-9._-]))?/g;

/** Replaces `{input}` and `{output}` by the folders, once: inserted text is not replaced again. */
export function withPaths(text: string, paths: RunPaths): string {
  return text.replace(PLACE, (_all, place: 'input' | 'output', name?: string) => {
    if (name === undefined) return paths[place];
    const mounted = place === 'input' ? paths.mounts?.get(name) : undefined;
    return mounted ?? `${paths[place]}/${name}`;
  });
}

/** The content of a file of the run, with the folders inserted where it asks for them. */
export function contentOf({ content, paths: kind }: RunFile, paths: RunPaths): string {
  if (kind !== 'json') return content;
  const inJson = (path: string) => JSON.stringify(path).slice(1, -1);
  const mounts = [...(paths.mounts ?? [])].map(([name, path]) => [name, inJson(path)] as const);
  const { input, output } = paths;
  return withPaths(content, {
    input: inJson(input),
    output: inJson(output),
    mounts: new Map(mounts),
  });
}

/** The run's variables, with the folders inserted. */
export function environmentOf(run: ToolRun, paths: RunPaths): Record<string, string> {
  return Object.fromEntries(
    Object.entries(run.env).map(([name, value]) => [name, withPaths(value, paths)]),
  );
}

/** What is wrong with a run before anything is started, so that no file or mount ends up elsewhere. */
export function faultIn(run: ToolRun): string | null {
  const names = [...run.files, ...run.mounts].map((each) => each.name);
  const odd = names.find((name) => !PLAIN_NAME.test(name));
  if (odd !== undefined) return `${JSON.stringify(odd)} is not a plain file name`;
  if (new Set(names).size < names.length) return 'two files of the run have the same name';
  const variable = Object.keys(run.env).find((name) => !VARIABLE.test(name));
  if (variable !== undefined) return `${JSON.stringify(variable)} is not a variable's name`;
  if ([...run.args, ...Object.values(run.env)].some((text) => text.includes('\0'))) {
    return 'an argument or variable of the run holds a NUL character';
  }
  const host = run.hosts?.find(({ name, address }) => !HOST.test(name) || !isIP(address));
  if (host) return `${JSON.stringify(host.name)} is not a name with an address`;
  const relative = run.mounts.find((mount) => !isAbsolute(mount.hostPath));
  return relative ? `${relative.hostPath} is not an absolute path` : null;
}
