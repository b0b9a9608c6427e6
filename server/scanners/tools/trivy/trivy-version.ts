import { z } from 'zod';
import { part, text } from '../../rows/lenient.js';
import type { Coverage, ToolRun } from '../../runs/tool-run.js';

/** Asks Trivy for its version and those of its databases; uses no network. */
export function trivyVersionRun(databases?: string): ToolRun {
  const folder = databases ? '{input}/databases' : '{output}/cache';
  return {
    tool: 'trivy',
    args: ['version', '--format=json', `--cache-dir=${folder}`],
    env: { HOME: '{output}', TRIVY_DISABLE_TELEMETRY: 'true', TRIVY_SKIP_VERSION_CHECK: 'true' },
    files: [],
    network: 'none',
    mounts: databases ? [{ hostPath: databases, name: 'databases' }] : [],
    limits: {
      timeoutMs: 30_000,
      memoryBytes: 512 * 1024 ** 2,
      cpus: 1,
      pids: 64,
      outputBytes: 1024 ** 2,
    },
  };
}

const Database = part({ Version: text, UpdatedAt: text });
const Version = z.object({
  Version: text,
  VulnerabilityDB: Database,
  JavaDB: Database,
  CheckBundle: part({ Digest: text, DownloadedAt: text }),
});

export interface TrivyVersion {
  version: string | null;
  databases: Coverage['databases'];
}

/** Parses that run's output; nothing is known if unreadable. */
export function readTrivyVersion(stdout: string): TrivyVersion {
  const start = stdout.indexOf('{');
  const parsed = Version.safeParse(parsedJson(start < 0 ? '' : stdout.slice(start)));
  if (!parsed.success) return { version: null, databases: [] };
  const { Version: version, VulnerabilityDB: db, JavaDB: java, CheckBundle: checks } = parsed.data;
  const stated = [
    { name: 'trivy-db', version: db.Version, at: db.UpdatedAt },
    { name: 'trivy-java-db', version: java.Version, at: java.UpdatedAt },
    { name: 'trivy-checks', version: checks.Digest, at: checks.DownloadedAt },
  ];
  return {
    version: version || null,
    databases: stated
      .filter((one) => one.version !== '' || one.at !== '')
      .map(({ name, version: of, at }) => ({ name, version: of, updatedAt: timeOf(at) })),
  };
}

function timeOf(written: string): string | null {
  const ms = Date.parse(written.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function parsedJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return null;
  }
}
