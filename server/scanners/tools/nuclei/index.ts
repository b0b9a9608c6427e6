import { BY_CHECK, BY_PAGE, BY_SEVERITY } from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { createNucleiReader, isNucleiError, isNucleiMatch } from './nuclei.read.js';

export const nuclei: Tool = {
  id: 'nuclei',
  title: 'nuclei',
  homepage: 'https://github.com/projectdiscovery/nuclei',
  about: 'Web sites and services: known vulnerabilities and exposures, by templates',
  formats: [
    {
      kind: 'elements',
      id: 'nuclei-json',
      title: 'JSON Lines, JSON',
      example: '`nuclei -u https://… -jsonl -o report.jsonl`',
      withheld: ['request', 'response', 'curl-command', 'extracted-results', 'interaction'],
      hasAddresses: true,
      isOne: (element) => isNucleiMatch(element) || isNucleiError(element),
      create: createNucleiReader,
    },
  ],
  silence: {
    filters: [BY_SEVERITY, BY_PAGE, BY_CHECK],
    groupOf: ({ resourceUid }) => resourceUid,
    groups: 'pages',
  },
  isSuffixedElsewhere: true,
};
