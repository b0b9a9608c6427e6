import { PER_CHECK, type Tool } from '../tool.js';
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
  silence: { proves: PER_CHECK },
};
