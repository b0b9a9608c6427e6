import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from '../scanners/tools/registry.js';
import { ocsfReport, type RowSpec } from './prowler-rows.js';

// Prints its version or its checks; for a scan it runs the script of its region.
const PROGRAM = `#!/bin/sh
here=$(dirname "$0")
region=none
for arg; do
  [ "$before" = --region ] && region=$arg
  [ "$before" = -o ] && out=$arg
  [ "$arg" = --version ] && { echo 'Prowler 5.46.0'; exit 0; }
  [ "$arg" = --list-checks-json ] && exec cat "$here/checks.json"
  before=$arg
done
echo "scanning $region"
: >"$out/prowler.log"
. "$here/$region.sh"
`;

/** A stand-in for Prowler that runs a test's script in each region. */
export class ScriptedProwler {
  private constructor(readonly folder: string) {}

  static async create(): Promise<ScriptedProwler> {
    const folder = await mkdtemp(join(tmpdir(), 'cspm-scripted-'));
    const program = join(folder, 'prowler');
    await writeFile(program, PROGRAM);
    await chmod(program, 0o755);
    return new ScriptedProwler(folder);
  }

  get programs() {
    return { prowler: { ...programOf('prowler').native, program: join(this.folder, 'prowler') } };
  }

  /** Sets the checks of a full scan. */
  async expects(checks: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, 'checks.json'), JSON.stringify({ aws: checks }));
  }

  /** Sets a region's shell script; `$out` is its output folder, `$here` this one. */
  async does(region: string, script: string): Promise<void> {
    await writeFile(join(this.folder, `${region}.sh`), script);
  }

  /** Makes it report these rows and succeed; `after` runs once the report is written. */
  async reports(region: string, rows: readonly RowSpec[], after = 'exit 0'): Promise<void> {
    const report = ocsfReport(
      rows.map((row) => ({ region, account: '123456789012', ...row })),
      { at: new Date().toISOString() },
    );
    await writeFile(join(this.folder, `${region}.json`), report);
    await this.does(region, `cp "$here/${region}.json" "$out/report.ocsf.json"\n${after}\n`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
