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
    proves:
      'A missing result is resolved if the report still names its check and its file, and could parse the file. It proves nothing about other files and checks.',
  },
};
