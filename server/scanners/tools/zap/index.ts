import { BY_CHECK, BY_CONFIDENCE, BY_PAGE, BY_SEVERITY } from '../../rows/report-filters.js';
import type { Tool } from '../tool.js';
import { judgeZap } from './zap.judge.js';
import { planScan } from './zap.scan.js';
import { createZapJsonReader, isZapJson, ZAP_LISTS } from './zap-json.read.js';
import { createZapXmlReader } from './zap-xml.read.js';

export const zap: Tool = {
  id: 'zap',
  title: 'ZAP',
  homepage: 'https://www.zaproxy.org',
  about: 'Web sites and APIs, in depth',
  formats: [
    {
      kind: 'document',
      id: 'zap-json',
      title: 'JSON',
      example: '`zap-baseline.py -t https://… -J report.json`',
      withheld: ['request-header', 'request-body', 'response-header', 'response-body'],
      hasAddresses: true,
      isIt: isZapJson,
      lists: ZAP_LISTS,
      create: createZapJsonReader,
    },
    {
      kind: 'xml',
      id: 'zap-xml',
      title: 'XML',
      example: '`zap-baseline.py -t https://… -x report.xml`',
      withheld: ['requestheader', 'requestbody', 'responseheader', 'responsebody'],
      hasAddresses: true,
      root: 'OWASPZAPReport',
      create: createZapXmlReader,
    },
  ],
  silence: {
    filters: [BY_SEVERITY, BY_CONFIDENCE, BY_PAGE, BY_CHECK],
    groupOf: ({ resourceUid }) => resourceUid,
    groups: 'pages',
  },
  isSuffixedElsewhere: true,
  scan: {
    // The digest of the multi-platform index; at least seven independent public repositories name it
    // with the same version.
    image: {
      reference:
        'ghcr.io/zaproxy/zaproxy@sha256:781a2bdaea47324e7bab583e2263f21d257b0aee61ed51521a5be45f5f5081ef',
      version: '2.17.0',
      program: ['/zap/zap.sh'],
      writable: ['/home/zap/.ZAP', '/zap/wrk'],
    },
    imageVariable: { name: 'ZAP_IMAGE', example: 'registry.example.org/zaproxy:2.17.0' },
    // Its launcher: one program for every kind of scan, which an automation plan describes.
    native: {
      program: 'zap.sh',
      versionArgs: ['-version', '-dir', '{output}/zap'],
      version: /^v?(\d+(?:\.\d+)+)\s*$/m,
      tested: '2.17.0',
      install: 'unpack https://www.zaproxy.org/download/ and put its folder on PATH (Java 17)',
    },
    targets: ['web'],
    variables: [],
    reports: ['zap.json'],
    plan: planScan,
    judge: judgeZap,
  },
};
