import type { ToolId } from '../tool.js';

export interface ToolImage {
  /** With its digest, so that what runs is what was looked at; a tag can be moved. */
  reference: string;
  version: string | null;
  /** The program, when it is not what the image starts by itself. */
  program?: readonly string[];
  /** Folders that the tool insists on writing to; empty ones in memory. */
  writable?: readonly string[];
}

/**
 * The images that are used unless the settings name others. A change of a digest is a change of the
 * program that reads customers' accounts: look at the new version, then run the tools' own suites.
 */
export const TOOL_IMAGES: Readonly<Record<ToolId, ToolImage>> = {
  prowler: {
    reference:
      'public.ecr.aws/prowler-cloud/prowler@sha256:9dbcc3c9abd71ec6d37610e6a5a2c45279bc6488caf8aaa948a9e8e368622d30',
    version: '5.44.0',
  },
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
