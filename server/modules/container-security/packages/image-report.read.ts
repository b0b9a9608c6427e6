import { z } from 'zod';
import type { ImageDetails, ImagePackage } from '../../../../contract/container-security.js';
import { parser, REPORT_LIMITS } from '../../../platform/parsing/parser.js';
import { cleanText } from '../../../scanners/rows/clean-text.js';
import { part, text, texts } from '../../../scanners/rows/lenient.js';

/** The description of the image itself in a Trivy report. */
export interface ImageReport {
  details: Omit<ImageDetails, 'scanId' | 'importId' | 'scannedAt'>;
  packages: Omit<ImagePackage, 'imageId' | 'image'>[];
  /** Names of the image, the likeliest first. */
  references: string[];
  /** When the report was made; null when it does not state it. */
  createdAt: string | null;
}

/** A report is parsed in one piece, so a larger one is skipped. */
const MAX_BYTES = 64 * 1024 ** 2;
const MAX_PACKAGES = 50_000;
const MAX_LICENSES = 20;

const number = z.number().nullable().catch(null);
const listOf = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const Package = part({
  Name: text,
  Version: text,
  Release: text,
  Epoch: number,
  Licenses: texts,
  FilePath: text,
  Identifier: part({ PURL: text }),
});
const Result = part({ Target: text, Class: text, Type: text, Packages: listOf(z.unknown()) });
const Report = z.object({
  ArtifactType: z.literal('container_image'),
  ArtifactName: text,
  CreatedAt: text,
  Trivy: part({ Version: text }),
  Metadata: part({
    Size: number,
    OS: part({ Family: text, Name: text, EOSL: z.boolean().catch(false) }),
    ImageID: text,
    RepoTags: texts,
    RepoDigests: texts,
  }),
  Results: listOf(Result),
});

export const imageReport = parser('container-security.image-report', imageReportIn, REPORT_LIMITS);

/** Null for a report that is too large. Rejects with read errors. */
export async function wholeReport(report: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of report) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Null when the report is not of an image. */
function imageReportIn(bytes: Uint8Array): ImageReport | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return null;
  }
  const parsed = Report.safeParse(value);
  return parsed.success ? imageReportOf(parsed.data) : null;
}

function imageReportOf(report: z.infer<typeof Report>): ImageReport {
  const { Metadata: meta, Trivy, Results } = report;
  const packages = packagesOf(Results);
  return {
    packages,
    references: referencesIn(report),
    createdAt: instantIn(report.CreatedAt),
    details: {
      // Every digest here is of the scanned image, whatever repository it is listed with.
      digest: digestIn(meta.RepoDigests[0]?.split('@')[1]),
      configDigest: digestIn(meta.ImageID),
      os:
        meta.OS.Family === ''
          ? null
          : {
              family: plain(meta.OS.Family),
              name: plain(meta.OS.Name),
              endOfLife: meta.OS.EOSL,
            },
      architecture: architectureOf(packages),
      sizeBytes: meta.Size,
      packages: packages.length,
      trivyVersion: plain(Trivy.Version) || null,
    },
  };
}

/** A scan of an archive or of an image id is named after these; the image's tags then say what it is. */
function referencesIn({ ArtifactName, Metadata }: z.infer<typeof Report>): string[] {
  const { RepoTags, RepoDigests } = Metadata;
  const isNoName = /^[./]|^sha256:|^[0-9a-f]{12,64}$|\.(tar|tgz|tar\.\w{1,4})$/i.test(ArtifactName);
  return [...(isNoName ? [] : [ArtifactName]), ...RepoTags, ...RepoDigests];
}

function instantIn(given: string): string | null {
  const ms = Date.parse(given);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function packagesOf(results: readonly z.infer<typeof Result>[]): ImageReport['packages'] {
  const found = new Map<string, ImageReport['packages'][number]>();
  for (const result of results) {
    for (const value of result.Packages) {
      const one = Package.parse(value);
      if (one.Name === '' || found.size >= MAX_PACKAGES) continue;
      const item = packageOf(one, result);
      found.set([item.type, item.name, item.version, item.path].join('\0'), item);
    }
  }
  return [...found.values()];
}

function packageOf(
  one: z.infer<typeof Package>,
  { Class, Type, Target }: z.infer<typeof Result>,
): ImageReport['packages'][number] {
  return {
    name: plain(one.Name),
    version: versionOf(one),
    type: plain(Type),
    purl: plain(one.Identifier.PURL, 1_000),
    // System packages have no single path; packages of a lock file have the lock file's path.
    path: Class === 'os-pkgs' ? '' : plain(one.FilePath || Target, 1_000),
    licenses: one.Licenses.slice(0, MAX_LICENSES).map((name) => plain(name)),
  };
}

/** As the distribution writes it: `1:2.3-4`. */
function versionOf({ Version, Release, Epoch }: z.infer<typeof Package>): string {
  return plain(`${Epoch ? `${Epoch}:` : ''}${Version}${Release === '' ? '' : `-${Release}`}`);
}

/** From the system packages: the image's own configuration is not stored, since it contains its environment. */
function architectureOf(packages: ImageReport['packages']): string | null {
  for (const { purl, path } of packages) {
    const arch = path === '' ? /[?&]arch=([\w-]{1,20})(?:&|$)/.exec(purl)?.[1] : undefined;
    if (arch && !['all', 'noarch', 'any'].includes(arch)) return arch;
  }
  return null;
}

function digestIn(digest: string | undefined): string | null {
  return digest && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null;
}

const plain = (given: string, max = 300) => cleanText(given, max);
