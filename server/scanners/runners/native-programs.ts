import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ToolId } from '../runs/tool-run.js';

export interface NativeProgram {
  /** Looked up on PATH, unless it is a path itself. */
  program: string;
  versionArgs: readonly string[];
  /** Finds the version, first group, in what it prints. */
  version: RegExp;
  /** How to get it, after "install it:". */
  install: string;
}

/** ZAP by its launcher: one program for every kind of scan, which an automation plan then describes. */
export const NATIVE_PROGRAMS: Readonly<Record<ToolId, NativeProgram>> = {
  prowler: {
    program: 'prowler',
    versionArgs: ['--version'],
    version: /Prowler v?(\d+(?:\.\d+)+)/i,
    install: 'pipx install prowler (Python 3.10 to 3.12)',
  },
  trivy: {
    program: 'trivy',
    versionArgs: ['--version'],
    version: /Version: v?(\d+(?:\.\d+)+)/,
    install:
      'brew install trivy, or the package from https://trivy.dev/docs/latest/getting-started/installation/',
  },
  zap: {
    program: 'zap.sh',
    versionArgs: ['-version', '-dir', '{output}/zap'],
    version: /^v?(\d+(?:\.\d+)+)\s*$/m,
    install: 'unpack https://www.zaproxy.org/download/ and put its folder on PATH (Java 17)',
  },
  nmap: {
    program: 'nmap',
    versionArgs: ['--version'],
    version: /Nmap version (\d+(?:\.\d+)+)/,
    install: 'apt-get install nmap, dnf install nmap or brew install nmap',
  },
};

/** The path of a program, searched in the folders of `path` as a shell would; null when it is not there. */
export async function findProgram(program: string, path: string): Promise<string | null> {
  // An empty or relative entry would mean a folder that a scanned repository may fill.
  const folders = path.split(delimiter).filter(isAbsolute);
  const places = isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program));
  for (const place of places) {
    const runnable = await access(place, constants.X_OK).then(
      () => stat(place).then((found) => found.isFile()),
      () => false,
    );
    if (runnable) return place;
  }
  return null;
}
