import {
  BY_FIX,
  BY_IGNORE_FILE,
  BY_NAMESPACE,
  BY_SEVERITY,
  BY_STATUS,
  byDirectory,
} from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { lesserTrivyRun } from './trivy.plan.js';
import { createTrivyReader, isTrivyJson, TRIVY_LISTS } from './trivy.read.js';
import { DATABASES, judgeScan, planScan, questionOf } from './trivy.scan.js';
import { fileOf, groupOf, trivyCovers } from './trivy-coverage.js';

export const trivy: Tool = {
  id: 'trivy',
  title: 'Trivy',
  homepage: 'https://github.com/aquasecurity/trivy',
  about: 'Container images, folders, repositories and infrastructure code',
  formats: [
    {
      kind: 'document',
      id: 'trivy-json',
      title: 'JSON',
      example: '`trivy image --format json --output report.json nginx:1.27`',
      withheld: ['Code', 'Match', 'ImageConfig'],
      isIt: isTrivyJson,
      lists: TRIVY_LISTS,
      create: createTrivyReader,
    },
  ],
  mistaken: {
    element: (report) =>
      'ClusterName' in report && Array.isArray(report.Findings)
        ? {
            looksLike: 'a summary of a Kubernetes scan by Trivy',
            advice: 'give the full report: trivy k8s --report all --format json',
          }
        : null,
  },
  silence: {
    filters: [BY_SEVERITY, BY_FIX, BY_STATUS, byDirectory(fileOf), BY_NAMESPACE, BY_IGNORE_FILE],
    groupOf,
    groups: 'files and package lists',
    covers: trivyCovers,
  },
  isSuffixedElsewhere: true,
  scan: {
    // The digest of the multi-platform index; at least seven independent public repositories name it
    // with the same version.
    image: {
      reference:
        'aquasec/trivy@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969',
      version: '0.74.0',
    },
    imageVariable: { name: 'TRIVY_IMAGE', example: 'registry.example.org/trivy:0.74.0' },
    native: {
      program: 'trivy',
      versionArgs: ['--version'],
      version: /Version: v?(\d+(?:\.\d+)+)/,
      tested: '0.74.0',
      install:
        'brew install trivy, or the package from https://trivy.dev/docs/latest/getting-started/installation/',
    },
    targets: ['image', 'repository', 'folder'],
    variables: [
      {
        name: DATABASES,
        help: 'folder with Trivy’s databases that is kept up to date elsewhere',
        example: '/srv/trivy',
        kind: 'folder',
      },
    ],
    reports: ['trivy.json'],
    plan: planScan,
    lesser: lesserTrivyRun,
    question: questionOf,
    judge: judgeScan,
  },
};
