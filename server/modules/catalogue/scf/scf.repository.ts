import type {
  Collection,
  CollectionSpec,
  Doc,
  Page,
} from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';
import type {
  ScfControl,
  ScfDomain,
  ScfEntry,
  ScfEntryKind,
  ScfFramework,
  ScfFrameworkFacts,
  ScfWarning,
} from './scf-model.js';

/** A workbook that was read. Its rows refer to it, so that several releases can be stored. */
export interface StoredScfRelease extends Doc {
  release: string;
  sha256: string;
  readerVersion: number;
  /** `staging`: its rows are being written; `staged`: all are there; `ready`: it was imported. */
  state: 'staging' | 'staged' | 'ready';
  fileName: string;
  sizeBytes: number;
  counts: Record<string, number>;
  domains: ScfDomain[];
  warnings: ScfWarning[];
  warningsTotal: number;
  readAt: string;
  readBy: { teamId: string; userId: string };
  importedAt: string | null;
  importedBy: { teamId: string; userId: string; name: string } | null;
}

interface OfRelease extends Doc {
  releaseId: string;
}
export interface StoredScfControl extends OfRelease {
  controlId: string;
  domain: string;
  /** Number and title in lower case. */
  search: string;
  control: ScfControl;
}
export interface StoredScfFramework extends OfRelease {
  slug: string;
  search: string;
  framework: ScfFrameworkFacts;
}
interface StoredScfRequirements extends OfRelease {
  requirements: ScfFramework['requirements'];
}
interface StoredScfEntry extends OfRelease {
  kind: ScfEntryKind;
  entryId: string;
  controls: string[];
  entry: ScfEntry;
}
interface Current extends Doc {
  releaseId: string | null;
}

const ofRelease = { releaseId: 'string' } as const;
const releases: CollectionSpec<StoredScfRelease> = {
  name: 'scf_releases',
  scope: 'global',
  fields: { sha256: 'string', state: 'string', release: 'string', readAt: 'string' },
  indexes: [['-readAt']],
};
const controls: CollectionSpec<StoredScfControl> = {
  name: 'scf_controls',
  scope: 'global',
  fields: { ...ofRelease, controlId: 'string', domain: 'string', search: 'string' },
  indexes: [['releaseId', 'controlId']],
};
const frameworks: CollectionSpec<StoredScfFramework> = {
  name: 'scf_frameworks',
  scope: 'global',
  fields: { ...ofRelease, slug: 'string', search: 'string' },
  indexes: [['releaseId', 'slug']],
};
const requirements: CollectionSpec<StoredScfRequirements> = {
  name: 'scf_requirements',
  scope: 'global',
  fields: ofRelease,
  indexes: [['releaseId']],
};
const entries: CollectionSpec<StoredScfEntry> = {
  name: 'scf_entries',
  scope: 'global',
  fields: { ...ofRelease, kind: 'string', entryId: 'string', controls: 'string[]' },
  indexes: [['releaseId', 'kind']],
};
const current: CollectionSpec<Current> = { name: 'scf_current', scope: 'global', fields: {} };

const CURRENT = 'current';
const ROWS = [controls, frameworks, requirements, entries] as const;

/** Imported SCF releases, for the whole installation, in separate collections. */
export class ScfRepository extends GlobalRepository<StoredScfRelease> {
  static readonly database = 'assessments';
  static readonly specs = [releases, ...ROWS, current];
  protected readonly spec = releases;

  /** The id of the release in use. It is in one small document, so changing it is one step. */
  async currentId(): Promise<string | null> {
    return (await this.all(current).get(CURRENT))?.releaseId ?? null;
  }

  /** The release in use. */
  async inUse(): Promise<StoredScfRelease | null> {
    const id = await this.currentId();
    return id === null ? null : this.get(id);
  }

  async setCurrent(releaseId: string | null): Promise<void> {
    await this.all(current).putMany([{ id: CURRENT, releaseId }]);
  }

  get(releaseId: string): Promise<StoredScfRelease | null> {
    return this.all().get(releaseId);
  }

  page(limit: number, after?: string): Promise<Page<StoredScfRelease>> {
    return this.all().find({ state: { ne: 'staging' } }, { sort: ['-readAt'], limit, after });
  }

  async list(): Promise<StoredScfRelease[]> {
    return (await this.all().find({}, { sort: ['readAt'], limit: 1_000 })).items;
  }

  put(release: StoredScfRelease) {
    return this.all().putMany([release]);
  }

  update(releaseId: string, changes: Partial<StoredScfRelease>) {
    return this.all().update(releaseId, { set: changes });
  }

  async putRows(
    releaseId: string,
    rows: { controls: ScfControl[]; frameworks: ScfFramework[]; entries: ScfEntry[] },
  ): Promise<void> {
    const key = (...parts: string[]) => [releaseId, ...parts].join('/');
    await this.all(controls).putMany(
      rows.controls.map((control) => ({
        id: key(control.id),
        releaseId,
        controlId: control.id,
        domain: control.domain,
        search: `${control.id} ${control.title}`.toLowerCase(),
        control,
      })),
    );
    await this.all(frameworks).putMany(
      rows.frameworks.map((framework) => ({
        id: key(framework.slug),
        releaseId,
        slug: framework.slug,
        search: `${framework.slug} ${framework.name} ${framework.header}`.toLowerCase(),
        framework: { ...framework, requirements: framework.requirements.length },
      })),
    );
    await this.all(requirements).putMany(
      rows.frameworks.map((framework) => ({
        id: key(framework.slug),
        releaseId,
        requirements: framework.requirements,
      })),
    );
    await this.all(entries).putMany(
      rows.entries.map((entry) => ({
        id: key(entry.kind, entry.id),
        releaseId,
        kind: entry.kind,
        entryId: entry.id,
        controls: entry.controls,
        entry,
      })),
    );
  }

  /** Its rows first: a release without its document is never used, and removal can be repeated while it has one. */
  async remove(releaseId: string): Promise<void> {
    for (const spec of ROWS) {
      await this.all(spec as CollectionSpec<OfRelease>).removeMany({ releaseId });
    }
    await this.all().remove(releaseId);
  }

  async control(releaseId: string, controlId: string): Promise<ScfControl | null> {
    return (await this.all(controls).get(`${releaseId}/${controlId}`))?.control ?? null;
  }

  async controlsByIds(releaseId: string, ids: readonly string[]): Promise<ScfControl[]> {
    const rows = await this.all(controls).getMany(ids.map((id) => `${releaseId}/${id}`));
    return rows.map(({ control }) => control);
  }

  controlPage(
    releaseId: string,
    { domain, q }: { domain?: string; q?: string },
    limit: number,
    after?: string,
  ): Promise<Page<StoredScfControl>> {
    const filter = { releaseId, domain, search: q ? { contains: q.toLowerCase() } : undefined };
    return this.all(controls).find(filter, { sort: ['controlId'], limit, after });
  }

  async allControls(releaseId: string): Promise<ScfControl[]> {
    return (await everyOf(this.all(controls), releaseId)).map(({ control }) => control);
  }

  async framework(releaseId: string, slug: string): Promise<ScfFrameworkFacts | null> {
    return (await this.all(frameworks).get(`${releaseId}/${slug}`))?.framework ?? null;
  }

  frameworkPage(releaseId: string, q: string | undefined, limit: number, after?: string) {
    const filter = { releaseId, search: q ? { contains: q.toLowerCase() } : undefined };
    return this.all(frameworks).find(filter, { sort: ['slug'], limit, after });
  }

  async allFrameworks(releaseId: string): Promise<ScfFrameworkFacts[]> {
    return (await everyOf(this.all(frameworks), releaseId)).map(({ framework }) => framework);
  }

  async requirements(releaseId: string, slug: string): Promise<ScfFramework['requirements']> {
    return (await this.all(requirements).get(`${releaseId}/${slug}`))?.requirements ?? [];
  }

  async entries(
    releaseId: string,
    kind: ScfEntryKind,
    ids: readonly string[],
  ): Promise<ScfEntry[]> {
    const rows = await this.all(entries).getMany(ids.map((id) => `${releaseId}/${kind}/${id}`));
    return rows.map(({ entry }) => entry);
  }

  /** The entries of one kind that name the control, in the order of the workbook’s ids. */
  async entriesFor(releaseId: string, kind: ScfEntryKind, controlId: string): Promise<ScfEntry[]> {
    const found: ScfEntry[] = [];
    const wanted = { releaseId, kind, controls: { all: [controlId] } };
    for await (const page of this.all(entries).each(wanted)) {
      found.push(...page.map(({ entry }) => entry));
    }
    return found.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  }
}

async function everyOf<T extends OfRelease>(
  collection: Collection<T>,
  releaseId: string,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of collection.each({ releaseId })) found.push(...page);
  return found;
}
