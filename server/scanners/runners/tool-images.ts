import { InvalidInputError } from '../../platform/errors.js';
import { TOOL_IDS, type ToolId } from '../runs/tool-run.js';
import { parseImageReference } from '../targets/index.js';

export interface ToolImage {
  /**
   * With its digest where that is known for sure, so that what runs is what was looked at. With a tag
   * the digest is taken from the registry at the first pull and kept, see `ImageTrust`.
   */
  reference: string;
  /** Null: its label says, or nobody. */
  version: string | null;
  /** The program, when it is not what the image starts by itself. */
  program?: readonly string[];
  /** Folders that the tool insists on writing to; empty ones in memory. */
  writable?: readonly string[];
}

/**
 * The images that are used unless the operator names others. A change of one is a change of the program
 * that reads customers' accounts: look at the new version, then run the tools' own suites.
 *
 * The digests of Trivy, ZAP and Nmap are those of multi-platform indexes; each stands in seven or more
 * independent public repositories beside the same version. No second source was found for a digest of
 * Prowler's, so that one is a tag, which the publisher does not move (5.44.0: in public use); a digest
 * that nobody knows would stop every scan.
 */
export const TOOL_IMAGES: Readonly<Record<ToolId, ToolImage>> = {
  prowler: { reference: 'prowlercloud/prowler:5.44.0', version: '5.44.0' },
  trivy: {
    reference:
      'aquasec/trivy@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969',
    version: '0.74.0',
  },
  zap: {
    reference:
      'ghcr.io/zaproxy/zaproxy@sha256:781a2bdaea47324e7bab583e2263f21d257b0aee61ed51521a5be45f5f5081ef',
    version: '2.17.0',
    program: ['/zap/zap.sh'],
    writable: ['/home/zap/.ZAP', '/zap/wrk'],
  },
  nmap: {
    reference:
      'instrumentisto/nmap@sha256:96f6ed194519b62421a1a1c57809e65a7f94d2aa1c8c25676f247e5e148c0827',
    version: '7.98',
  },
};

/**
 * The images with the operator's in their places (`{ prowler: 'registry.corp.example/prowler:5.46.0' }`),
 * which must start the same program. Throws InvalidInputError for one without tag and digest.
 */
export function toolImages(
  named: Partial<Record<ToolId, string>>,
): Readonly<Record<ToolId, ToolImage>> {
  const images = { ...TOOL_IMAGES };
  for (const tool of TOOL_IDS) {
    const reference = named[tool];
    if (reference !== undefined) images[tool] = { ...images[tool], ...imageNamed(reference) };
  }
  return images;
}

function imageNamed(text: string): Pick<ToolImage, 'reference' | 'version'> {
  const { repository, digest } = parseImageReference(text);
  const tag = /:([^/:]+)$/.exec(text.split('@')[0] ?? '')?.[1] ?? null;
  if (digest) return { reference: `${repository}@${digest}`, version: tag };
  if (tag === null) {
    throw new InvalidInputError(`the image "${text}" must have a tag or a digest`, { image: text });
  }
  return { reference: `${repository}:${tag}`, version: tag };
}
