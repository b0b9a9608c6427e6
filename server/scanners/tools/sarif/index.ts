import { BY_CHECK, BY_SEVERITY, BY_STATUS, byDirectory } from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { createSarifReader, isSarif, SARIF_LISTS } from './sarif.read.js';

export const sarif: Tool = {
  id: 'sarif',
  title: 'SARIF',
  homepage: 'https://sarifweb.azurewebsites.net',
  about: 'Results of any tool that scans code, files or images',
  ofAnyTool: true,
  formats: [
    {
      kind: 'document',
      id: 'sarif',
      title: 'SARIF 2.1.0',
      example: 'Semgrep, CodeQL, gitleaks …',
      withheld: ['snippet', 'contents', 'webRequest', 'webResponse', 'insertedContent'],
      isIt: isSarif,
      lists: SARIF_LISTS,
      create: createSarifReader,
    },
  ],
  silence: {
    filters: [BY_SEVERITY, BY_STATUS, byDirectory(({ resourceUid }) => resourceUid), BY_CHECK],
    groupOf: ({ resourceUid }) => resourceUid,
    groups: 'files',
  },
};
