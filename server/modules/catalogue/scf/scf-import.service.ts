import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ScfPreview, ScfRelease, ScfStatus } from '../../../../contract/scf.js';
import { type Actor, requirePermission } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Platform } from '../../../platform/platform.js';
import { SCF_READER_VERSION, scfWorkbook } from './read-scf-workbook.js';
import type { ScfRepository, StoredScfRelease } from './scf.repository.js';
import { scfAttribution } from './scf-attribution.js';
import { type ScfContent, scfChanges } from './scf-changes.rules.js';
import { compareReleases } from './scf-columns.rules.js';
import type { ScfWorkbook } from './scf-model.js';

export interface ScfImportDeps {
  scf: ScfRepository;
  platform: Pick<Platform, 'audit' | 'leases' | 'clock' | 'newId' | 'parsing'>;
  /** Changes the release in use: the teams that use it follow within a minute. */
  changing: (change: () => Promise<void>) => Promise<void>;
  /** Called afterwards, for the team of the request, which follows at once. */
  changed: (team: TeamScope) => Promise<void>;
}

export interface ScfFile {
  path: string;
  /** For display; the name in the path if left out. */
  fileName?: string;
  onProgress?: (step: string, fraction: number) => void;
  /** Ends reading. */
  signal?: AbortSignal;
}

/** Imported releases that are stored at a time. */
export const MAX_RELEASES = 12;
const STAGED_DAYS = 7;
const LEASE = 'scf.import';
/** Releases are stored once for all teams. */
const NEEDED = 'installation:write';

/**
 * Imports the user's own copy of the SCF: read, staged beside the release in use, compared, and put into use
 * in one step. Its content is never changed, and is stored apart from our library.
 */
export class ScfImportService {
  constructor(private readonly deps: ScfImportDeps) {}

  /** Reads and compares a workbook without storing anything. */
  async compare(actor: Actor, file: ScfFile): Promise<ScfPreview> {
    const sha256 = await hashOf(file.path);
    const workbook = await this.#read(file);
    const item = await this.#newRelease(actor, file, workbook, sha256);
    const changes = scfChanges(await this.#contentInUse(), contentOf(workbook));
    return { release: shown(item, null, actor), changes, attribution: scfAttribution(item) };
  }

  /** Reads a workbook and stores it beside the release in use. The same bytes are stored once. */
  async stage(actor: Actor, file: ScfFile): Promise<ScfPreview> {
    const { scf, platform } = this.deps;
    const { leases, audit } = platform;
    requirePermission(actor, NEEDED);
    const sha256 = await hashOf(file.path);
    const releaseId = await leases.hold(LEASE, async (lease) => {
      await this.#cleanUp();
      const known = (await scf.list()).find(
        (item) => item.sha256 === sha256 && item.readerVersion === SCF_READER_VERSION,
      );
      if (known) return known.id;
      const workbook = await this.#read(file);
      const item = await this.#newRelease(actor, file, workbook, sha256);
      await this.#store(item, workbook, lease);
      await audit.record(actor, 'scf.previewed', item.id, { release: item.release, sha256 });
      return item.id;
    });
    return this.changes(actor, releaseId);
  }

  /** What a stored release would change against the one in use. */
  async changes(actor: Actor, releaseId: string): Promise<ScfPreview> {
    const { scf } = this.deps;
    const item = await this.#require(releaseId);
    const [before, after] = [await this.#contentInUse(), await this.#content(item)];
    const release = shown(item, await scf.currentId(), actor);
    return { release, changes: scfChanges(before, after), attribution: scfAttribution(item) };
  }

  /**
   * Puts a stored release into use for the whole installation, in one step; `changed` is false when it is in
   * use already. Throws ConflictError when it is older than the one in use, unless `force` is set.
   */
  async import(
    actor: Actor,
    releaseId: string,
    { force = false }: { force?: boolean } = {},
  ): Promise<ScfStatus & { changed: boolean }> {
    const { scf, platform } = this.deps;
    const { leases, audit, clock } = platform;
    requirePermission(actor, NEEDED);
    const changed = await leases.hold(LEASE, async (lease) => {
      const item = await this.#require(releaseId);
      const currentId = await scf.currentId();
      if (currentId === releaseId) return false;
      const before = currentId === null ? null : await scf.get(currentId);
      const { release, sha256 } = item;
      if (before && compareReleases(release, before.release) < 0 && !force) {
        throw new ConflictError(
          `release ${release} is older than ${before.release}, which is in use; confirm the downgrade`,
          { release, inUse: before.release },
        );
      }
      await this.#requireCapacity(item);
      lease.check();
      const importedBy = { teamId: actor.teamId, userId: actor.userId, name: actor.name };
      const importedAt = clock.now().toISOString();
      await scf.update(releaseId, { state: 'ready', importedAt, importedBy });
      await this.deps.changing(() => scf.setCurrent(releaseId));
      const details = { release, sha256, before: before?.release ?? null, force };
      await audit.record(actor, 'scf.imported', releaseId, details);
      // The same release from other bytes replaces the previous one.
      for (const other of await scf.list()) {
        const isReplaced = other.release === release && other.state === 'ready';
        if (isReplaced && other.id !== releaseId) await scf.remove(other.id);
      }
      return true;
    });
    if (changed) await this.deps.changed(actor);
    return { ...(await this.status(actor)), changed };
  }

  async status(actor: Actor): Promise<ScfStatus> {
    const { scf } = this.deps;
    const id = await scf.currentId();
    const item = id === null ? null : await scf.get(id);
    if (!item) return { current: null, attribution: null };
    return { current: shown(item, id, actor), attribution: scfAttribution(item) };
  }

  async releases(actor: Actor, limit: number, cursor?: string) {
    const { scf } = this.deps;
    const [page, current] = [await scf.page(limit, cursor), await scf.currentId()];
    return { ...page, items: page.items.map((item) => shown(item, current, actor)) };
  }

  /** Removes a stored release. With the one in use, its frameworks disappear from every team that chose them. */
  async remove(actor: Actor, releaseId: string): Promise<ScfStatus> {
    const { scf, platform } = this.deps;
    const { leases, audit } = platform;
    requirePermission(actor, NEEDED);
    const wasCurrent = await leases.hold(LEASE, async () => {
      const { release, sha256 } = await this.#require(releaseId);
      const isCurrent = (await scf.currentId()) === releaseId;
      if (isCurrent) await this.deps.changing(() => scf.setCurrent(null));
      await scf.remove(releaseId);
      await audit.record(actor, 'scf.removed', releaseId, { release, sha256, inUse: isCurrent });
      return isCurrent;
    });
    if (wasCurrent) await this.deps.changed(actor);
    return this.status(actor);
  }

  async #require(releaseId: string): Promise<StoredScfRelease> {
    const item = await this.deps.scf.get(releaseId);
    if (!item || item.state === 'staging') throw new NotFoundError('no such SCF release');
    return item;
  }

  #read({ path, fileName = basename(path), signal, onProgress }: ScfFile): Promise<ScfWorkbook> {
    return this.deps.platform.parsing.run(scfWorkbook, path, {
      ...{ fileName, signal },
      onPart: ({ step, fraction }) => onProgress?.(step, fraction),
    });
  }

  async #requireCapacity({ id, release }: StoredScfRelease): Promise<void> {
    const ready = (await this.deps.scf.list()).filter((item) => item.state === 'ready');
    const others = ready.filter((item) => item.id !== id && item.release !== release);
    if (others.length < MAX_RELEASES) return;
    throw new ConflictError(`${MAX_RELEASES} releases are stored; remove one first`);
  }

  async #newRelease(
    { teamId, userId }: Actor,
    { path, fileName }: ScfFile,
    workbook: ScfWorkbook,
    sha256: string,
  ): Promise<StoredScfRelease> {
    const { clock, newId } = this.deps.platform;
    const { release, domains, warnings, warningsTotal } = workbook;
    return {
      id: newId('scf'),
      release,
      sha256,
      readerVersion: SCF_READER_VERSION,
      state: 'staged',
      fileName: (fileName ?? basename(path)).slice(-250),
      sizeBytes: (await stat(path)).size,
      counts: countsOf(workbook),
      domains,
      warnings,
      warningsTotal,
      readAt: clock.now().toISOString(),
      readBy: { teamId, userId },
      importedAt: null,
      importedBy: null,
    };
  }

  /** The document is in `staging` until all rows are stored: an unfinished import is never shown. */
  async #store(item: StoredScfRelease, workbook: ScfWorkbook, lease: Lease): Promise<void> {
    const { scf } = this.deps;
    lease.check();
    await scf.put({ ...item, state: 'staging' });
    try {
      await scf.putRows(item.id, workbook);
      lease.check();
      await scf.update(item.id, { state: 'staged' });
    } catch (error) {
      await scf.remove(item.id).catch(() => {});
      throw error;
    }
  }

  /** Removes unfinished releases, and those staged for a week without an import. Only under the lease. */
  async #cleanUp(): Promise<void> {
    const { scf, platform } = this.deps;
    const { clock } = platform;
    const old = new Date(clock.now().getTime() - STAGED_DAYS * 86_400_000).toISOString();
    for (const { id, state, readAt } of await scf.list()) {
      if (state === 'staging' || (state === 'staged' && readAt < old)) await scf.remove(id);
    }
  }

  async #contentInUse(): Promise<ScfContent | null> {
    const { scf } = this.deps;
    const id = await scf.currentId();
    const item = id === null ? null : await scf.get(id);
    return item && this.#content(item);
  }

  async #content({ id, release }: StoredScfRelease): Promise<ScfContent> {
    const { scf } = this.deps;
    const [controls, frameworks] = [await scf.allControls(id), await scf.allFrameworks(id)];
    return { release, controls, frameworks };
  }
}

function contentOf({ release, controls, frameworks }: ScfWorkbook): ScfContent {
  const facts = frameworks.map((each) => ({ ...each, requirements: each.requirements.length }));
  return { release, controls, frameworks: facts };
}

function countsOf({ domains, controls, frameworks, entries }: ScfWorkbook): ScfRelease['counts'] {
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind).length;
  return {
    domains: domains.length,
    controls: controls.length,
    objectives: sum(controls.map(({ objectives }) => objectives.length)),
    frameworks: frameworks.length,
    requirements: sum(frameworks.map(({ requirements }) => requirements.length)),
    evidenceRequests: of('evidence_request'),
    compensatingControls: of('compensating_control'),
    risks: of('risk'),
    threats: of('threat'),
    privacyPrinciples: of('privacy_principle'),
  };
}

/** Other teams see when, but neither who nor names given by people. */
function shown(item: StoredScfRelease, currentId: string | null, actor: Actor): ScfRelease {
  const { state, importedBy } = item;
  return {
    ...item,
    fileName: item.readBy.teamId === actor.teamId ? item.fileName : `SCF ${item.release}.xlsx`,
    state: state === 'ready' ? 'ready' : 'staged',
    counts: item.counts as ScfRelease['counts'],
    isCurrent: item.id === currentId,
    importedBy: importedBy?.teamId === actor.teamId ? importedBy.name : null,
  };
}

/** Readable texts of operating system errors. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder; name the workbook in it',
};

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = WHY[code ?? ''] ?? message;
    throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
  }
  return hash.digest('hex');
}
