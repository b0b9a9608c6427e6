import {
  BY_CHECK,
  BY_NAMESPACE,
  BY_REGION,
  BY_SERVICE,
  BY_SEVERITY,
  BY_STATUS,
  byDirectory,
} from '../../rows/report-filters.js';
import { createMixedOcsfReader } from '../ocsf/mixed-ocsf.read.js';
import type { Tool } from '../tool.js';
import { createAsffReader, isAsff } from './asff.js';
import { createCsvReader, isProwlerCsvHeader } from './csv.js';
import { createNativeJsonReader, isNativeJson } from './native-json.js';
import { isProwlerOcsf } from './ocsf.js';
import { mistakenForProwler } from './prowler.mistaken.js';
import { judgeScan, planScan, questionOf } from './prowler.scan.js';
import { prowlerCovers } from './prowler-coverage.js';
import type { ReadResult } from './raw-result.js';
import { withdrawPasses } from './withdrawn-passes.js';

/** Infrastructure code, whose resources are files. */
const BY_FOLDER = byDirectory(({ provider, resourceUid }) =>
  provider === 'iac' ? resourceUid : null,
);

export const prowler: Tool = {
  id: 'prowler',
  title: 'Prowler',
  homepage: 'https://github.com/prowler-cloud/prowler',
  about: 'Cloud accounts and Kubernetes',
  formats: [
    {
      kind: 'elements',
      id: 'prowler-ocsf',
      title: 'OCSF (4.2 and later)',
      example: '`prowler aws` leaves one in `output/`',
      isOne: isProwlerOcsf,
      create: createMixedOcsfReader,
    },
    {
      kind: 'csv',
      id: 'prowler-csv',
      title: 'CSV',
      example: '`prowler aws --output-formats csv`',
      delimiter: ';',
      isHeader: isProwlerCsvHeader,
      create: createCsvReader,
    },
    {
      kind: 'elements',
      id: 'prowler-asff',
      title: 'ASFF',
      example: '`prowler aws --output-formats json-asff`',
      isOne: isAsff,
      create: () => ({ read: createAsffReader() }),
      lacks: ['manual'],
    },
    {
      kind: 'elements',
      id: 'prowler-json',
      title: '3.x JSON',
      example: '`prowler aws -M json` of version 3',
      isOne: isNativeJson,
      create: () => ({ read: each(createNativeJsonReader()) }),
    },
  ],
  mistaken: mistakenForProwler,
  silence: {
    filters: [BY_SEVERITY, BY_SERVICE, BY_REGION, BY_STATUS, BY_NAMESPACE, BY_FOLDER, BY_CHECK],
    byTag: true,
    groups: 'checks of a region',
    covers: (run, answer) => prowlerCovers(run, answer as readonly string[] | null),
  },
  isSuffixedElsewhere: true,
  scan: {
    // A tag, which the publisher does not move, as no second source confirms a digest, and a wrong
    // digest would stop every scan (5.44.0: in public use).
    image: {
      reference: 'prowlercloud/prowler:5.44.0',
      version: '5.44.0',
    },
    imageVariable: { name: 'PROWLER_IMAGE', example: 'registry.example.org/prowler:5.46.0' },
    native: {
      program: 'prowler',
      versionArgs: ['--version'],
      version: /Prowler v?(\d+(?:\.\d+)+)/i,
      tested: '5.46.0',
      install: 'pipx install prowler (Python 3.10 to 3.12)',
    },
    targets: ['aws', 'azure', 'gcp', 'kubernetes'],
    variables: [],
    reports: ['report.ocsf.json'],
    log: 'prowler.log',
    plan: planScan,
    question: questionOf,
    correct: withdrawPasses,
    judge: judgeScan,
  },
};

function each(read: ReadResult) {
  return (value: unknown) => [read(value)];
}
