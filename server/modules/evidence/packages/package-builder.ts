import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { NewId } from '../../../platform/clock.js';
import { withWorkFile } from '../../../platform/data-folder/work-file.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { EvidenceCollector } from '../collection/evidence-collector.js';
import { qualityOf } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { requirementOf } from '../items/present-evidence.js';
import { coverageOf, supportedBy } from '../support/coverage.rules.js';
import { type PackageFile, writeZip } from './build-zip.js';
import { canonicalJson, sha256Of } from './canonical-json.js';
import { assessmentPlan } from './oscal/assessment-plan.js';
import { assessmentResults } from './oscal/assessment-results.js';
import { planOfAction } from './oscal/poam.js';
import { placeOf } from './package-files.js';
import { type PackageState, packageState, type StateDeps } from './package-state.js';

export interface BuilderDeps {
  sources: StateDeps;
  collector: Pick<EvidenceCollector, 'catchUp'>;
  /** Contents of evidence. */
  blobs: BlobStore;
  /** Built packages. */
  packages: BlobStore;
  folder: string;
  newId: NewId;
}

export interface Built {
  sha256: string;
  sizeBytes: number;
  files: number;
  evidence: number;
}

/** Builds the ZIP of a framework and period: the same state of the team gives the same bytes. */
export class PackageBuilder {
  constructor(private readonly deps: BuilderDeps) {}

  /** Throws NotFoundError for a framework that the team does not have. `onProgress` from 0 to 1. */
  async build(
    team: TeamScope,
    wanted: { frameworkId: string; from: string; to: string },
    onProgress: (share: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<Built> {
    const { sources, collector, folder, newId, packages } = this.deps;
    // Also of imports whose job has not run yet: a package lacks nothing that a status rests on.
    await collector.catchUp(team);
    const state = await packageState(sources, team, wanted);
    const files = [...(await generated(state)), ...(await this.#contents(state))];
    return withWorkFile(folder, `${newId('build')}.zip`, async (path) => {
      const about = {
        format: 'offload-security/evidence-package/1',
        framework: {
          id: state.framework.id,
          name: state.framework.name,
          version: state.framework.version,
        },
        period: { from: state.from, to: state.to },
        evaluatedAt: state.framework.evaluatedAt,
      };
      const target = createWriteStream(path, { mode: 0o600 });
      const written = await writeZip(files, about, target, (done) => {
        signal?.throwIfAborted();
        onProgress((done / files.length) * 0.9);
      });
      const sha256 = await hashOf(path);
      await packages.put(sha256, createReadStream(path));
      const { size } = await stat(path);
      return { sha256, sizeBytes: size, files: written.files, evidence: state.items.length };
    });
  }

  /** The contents of the evidence. Missing content fails the package instead of being left out. */
  async #contents({ items }: PackageState): Promise<PackageFile[]> {
    const { blobs } = this.deps;
    const found: PackageFile[] = [];
    for (const item of items) {
      const newest = item.revisions.at(-1);
      if (!newest) continue;
      const { sha256, sizeBytes, mediaType } = newest;
      if (!(await blobs.has(sha256))) {
        throw new Error(`the content of ${item.id} (${item.title}) is missing`);
      }
      const open = () => blobs.open(sha256);
      found.push({ path: placeOf(item), mediaType, evidenceId: item.id, sha256, sizeBytes, open });
    }
    return found;
  }
}

async function generated(state: PackageState): Promise<PackageFile[]> {
  const coverage = coverageOf(state.framework, supportedBy(state.items, state.to));
  const json: [path: string, value: unknown][] = [
    [
      'posture.json',
      { framework: state.framework, atEnd: state.atEnd, controls: state.controls, coverage },
    ],
    ['evidence.json', { items: state.items.map((item) => forAuditors(item, state.to)) }],
    ['oscal/assessment-plan.json', assessmentPlan(state)],
    ['oscal/assessment-results.json', assessmentResults(state)],
  ];
  const poam = planOfAction(state);
  if (poam) json.push(['oscal/plan-of-action-and-milestones.json', poam]);
  const files = json.map(([path, value]) =>
    inMemory(path, 'application/json', Buffer.from(canonicalJson(value))),
  );
  // The PDF library takes 150 ms to load: only when a package is built.
  const { reportPdf } = await import('./report-pdf.js');
  const pdf = await reportPdf(state, coverage);
  return [...files, inMemory('report.pdf', 'application/pdf', pdf)];
}

function inMemory(path: string, mediaType: string, content: Buffer): PackageFile {
  const sha256 = sha256Of(content);
  return { path, mediaType, sha256, sizeBytes: content.length, open: () => content };
}

/** An item for auditors, with its quality at the end of the period. */
function forAuditors(item: StoredEvidence, at: string) {
  const {
    contentKey: _,
    uploadKey: __,
    searched: ___,
    teamId: ____,
    uploaderId: _____,
    changedBy: ______,
    ...rest
  } = item;
  return {
    ...rest,
    requirements: item.requirements.map(requirementOf),
    file: placeOf(item),
    quality: qualityOf(item, at),
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
