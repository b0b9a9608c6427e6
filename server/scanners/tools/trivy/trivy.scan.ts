import type { ScanMaterial, ScanUnit, ToolJudged, ToolQuestion } from '../../runs/scanner.js';
import type { Coverage, ScanVerdict, ToolRun } from '../../runs/tool-run.js';
import {
  imageOf,
  pinnedHosts,
  realFolderOf,
  repositoryOf,
  sameFolderOf,
} from '../../targets/index.js';
import type { ScanSettings } from '../tool.js';
import { judgeTrivy } from './trivy.judge.js';
import { planTrivy, type TrivyTarget } from './trivy.plan.js';
import { readTrivyVersion, trivyVersionRun } from './trivy-version.js';

/** A folder with databases that are updated elsewhere. */
export const DATABASES = 'TRIVY_DATABASES';
const databasesOf = ({ variables }: ScanSettings) => variables?.[DATABASES] ?? undefined;

export async function planScan(
  { target, options: { configOnly, allowedPath } }: ScanUnit,
  { addresses }: ScanMaterial,
  settings: ScanSettings,
): Promise<ToolRun> {
  const options = { configOnly, databases: databasesOf(settings) };
  if (target.kind === 'folder') {
    const path = allowedPath
      ? await sameFolderOf(target, allowedPath)
      : await realFolderOf(target, settings.allowedFolders);
    return planTrivy({ ...target, path }, { ...options, allowedFolders: [path] });
  }
  const run = planTrivy(target as TrivyTarget, options);
  return { ...run, hosts: pinnedHosts(hostOf(target), addresses) };
}

/** The age of its databases, if they are not downloaded during the run. */
export function questionOf(_: ScanUnit, settings: ScanSettings): ToolQuestion | null {
  const databases = databasesOf(settings);
  if (databases === undefined) return null;
  return {
    key: 'trivy databases',
    run: trivyVersionRun(databases),
    read: (stdout) => readTrivyVersion(stdout).databases,
  };
}

export function judgeScan({ answer, ...given }: ToolJudged): ScanVerdict {
  return judgeTrivy({ ...given, databases: (answer ?? []) as Coverage['databases'] });
}

function hostOf(target: ScanUnit['target']) {
  if (target.kind === 'repository') return repositoryOf(target).url.host;
  return target.kind === 'image' ? imageOf(target).registry.host : null;
}
