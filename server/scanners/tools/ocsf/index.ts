import { BY_CHECK, BY_REGION, BY_SEVERITY, BY_STATUS } from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { createMixedOcsfReader } from './mixed-ocsf.read.js';
import { isForeignOcsf, looksLikeOcsf } from './ocsf.read.js';

export const ocsf: Tool = {
  id: 'ocsf',
  title: 'OCSF',
  homepage: 'https://schema.ocsf.io',
  about: 'Detection and compliance findings of any tool',
  ofAnyTool: true,
  formats: [
    {
      kind: 'elements',
      id: 'ocsf',
      title: 'OCSF (class 2003, 2004)',
      example: null,
      isOne: isForeignOcsf,
      create: createMixedOcsfReader,
    },
  ],
  mistaken: {
    element: (result) =>
      looksLikeOcsf(result)
        ? {
            looksLike: `OCSF class ${JSON.stringify(result.class_uid ?? null).slice(0, 20)}`,
            advice: 'give class 2004, detection findings, or class 2003, compliance findings',
          }
        : null,
  },
  silence: {
    filters: [BY_SEVERITY, BY_REGION, BY_STATUS, BY_CHECK],
    byTag: true,
    groups: 'checks of a region',
  },
};
