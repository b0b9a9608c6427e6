import {
  BY_CHECK,
  BY_SEVERITY,
  BY_STATUS,
  byDirectory,
  fileIn,
} from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { CHECKOV_LISTS, createCheckovReader, isCheckovJson } from './checkov.read.js';

export const checkov: Tool = {
  id: 'checkov',
  title: 'Checkov',
  homepage: 'https://www.checkov.io',
  about:
    'Infrastructure code: Terraform, CloudFormation, Kubernetes, Dockerfiles; secrets in files',
  formats: [
    {
      kind: 'document',
      id: 'checkov-json',
      title: 'JSON',
      example: '`checkov -d . -o json > report.json`',
      withheld: [
        'code_block',
        'evaluations',
        'fixed_definition',
        'connected_node',
        'entity',
        'results_configuration',
      ],
      isIt: isCheckovJson,
      lists: CHECKOV_LISTS,
      create: createCheckovReader,
    },
  ],
  silence: {
    filters: [BY_SEVERITY, BY_STATUS, byDirectory(fileIn), BY_CHECK],
    groupOf: (result) => fileIn(result) ?? '',
    groups: 'files',
  },
};
