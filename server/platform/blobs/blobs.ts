import type { Config } from '../config/config.js';
import type { CSPMDatabaseManager } from '../database/database-manager.js';
import { UnavailableError } from '../errors.js';
import type { BlobArea } from './blob-areas.js';
import type { BlobBackend } from './blob-backend.js';
import { BlobStore } from './blob-store.js';
import { FolderBlobs } from './folder-blobs.js';
import { S3Blobs } from './s3-blobs.js';

/** Waiting uploads stay: this host imports them. */
const MOVED = [
  'raw-reports',
  'evidence',
  'evidence-packages',
] as const satisfies readonly BlobArea[];

/** All files of an installation: reports, evidence, packages and waiting uploads, in the place that BLOBS names. */
export class Blobs {
  readonly rawReports: BlobStore;
  readonly evidence: BlobStore;
  readonly evidencePackages: BlobStore;
  readonly incoming: BlobStore;

  constructor(
    readonly backend: BlobBackend,
    /** DATA_DIR of this host, where former releases kept everything. */
    readonly folder: FolderBlobs,
  ) {
    this.rawReports = this.#area('raw-reports');
    this.evidence = this.#area('evidence');
    this.evidencePackages = this.#area('evidence-packages');
    this.incoming = this.#area('incoming');
  }

  /** Whether all hosts share the place anyway; otherwise each host looks after its own files. */
  get isShared(): boolean {
    return this.backend !== this.folder;
  }

  /** The store of an area that documents name files of. */
  of(area: Exclude<BlobArea, 'probes'>): BlobStore {
    const stores = { 'raw-reports': this.rawReports, evidence: this.evidence };
    const more = { 'evidence-packages': this.evidencePackages, incoming: this.incoming };
    return { ...stores, ...more }[area];
  }

  /** What this host has in its folder, wherever the installation keeps its blobs. */
  onThisHost(area: BlobArea): BlobStore {
    return new BlobStore(area, { backend: this.folder, former: null });
  }

  /** Files that only this host's folder has, though the installation keeps them elsewhere. */
  async leftOnThisHost(): Promise<{ files: number; bytes: number }> {
    const left = { files: 0, bytes: 0 };
    if (!this.isShared) return left;
    for (const area of MOVED) {
      for await (const { sizeBytes } of this.folder.list(`${area}/`)) {
        left.files += 1;
        left.bytes += sizeBytes;
      }
    }
    return left;
  }

  /** Moves them to where they belong; each is deleted here once it is stored there. */
  async moveFromThisHost(): Promise<{ files: number; bytes: number }> {
    const moved = { files: 0, bytes: 0 };
    if (!this.isShared) return moved;
    for (const area of MOVED) {
      for await (const { key, sizeBytes } of this.folder.list(`${area}/`)) {
        if (!(await this.backend.stat(key))) await this.backend.write(key, this.folder.read(key));
        await this.folder.remove(key);
        moved.files += 1;
        moved.bytes += sizeBytes;
      }
    }
    return moved;
  }

  close(): Promise<void> {
    return this.backend.close();
  }

  #area(area: BlobArea): BlobStore {
    const former = this.isShared ? this.folder : null;
    return new BlobStore(area, { backend: this.backend, former });
  }
}

/** Opens nothing before its first use. */
export function createBlobs(config: Config, databases: CSPMDatabaseManager): Blobs {
  const folder = new FolderBlobs(config.dataDir);
  return new Blobs(backendOf(config, databases) ?? folder, folder);
}

function backendOf(config: Config, databases: CSPMDatabaseManager): BlobBackend | null {
  if (config.blobs === 'folder') return null;
  if (config.blobs === 'database') {
    const found = databases.blobs('platform');
    if (!found) throw new UnavailableError('BLOBS=database needs MongoDB');
    return found;
  }
  const { s3Bucket, s3Prefix, s3Region, s3Endpoint, s3AccessKeyId, s3SecretAccessKey } = config;
  return new S3Blobs({
    bucket: s3Bucket ?? '',
    prefix: s3Prefix,
    region: s3Region,
    endpoint: s3Endpoint,
    credentials:
      s3AccessKeyId && s3SecretAccessKey
        ? { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey.reveal() }
        : null,
  });
}
