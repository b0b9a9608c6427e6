import {
  BY_FIX,
  BY_IGNORE_FILE,
  BY_SEVERITY,
  BY_STATUS,
  byDirectory,
  fileIn,
} from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { createGrypeReader, GRYPE_LISTS, isGrypeJson } from './grype.read.js';

export const grype: Tool = {
  id: 'grype',
  title: 'Grype',
  homepage: 'https://github.com/anchore/grype',
  about: 'Vulnerable packages of container images, folders and SBOMs',
  formats: [
    {
      kind: 'document',
      id: 'grype-json',
      title: 'JSON',
      example: '`grype nginx:1.27 -o json > report.json`',
      // The image's config, with its environment, and what packages say of themselves.
      withheld: ['config', 'manifest', 'labels', 'metadata', 'configuration'],
      isIt: isGrypeJson,
      lists: GRYPE_LISTS,
      create: createGrypeReader,
    },
  ],
  silence: {
    filters: [BY_FIX, BY_SEVERITY, byDirectory(fileIn), BY_STATUS, BY_IGNORE_FILE],
    groupOf: (result) => fileIn(result) ?? result.subObject.split('/', 1)[0] ?? '',
    groups: 'files and package lists',
  },
};
