import type { Tool } from '../tool.js';
import { judgeNmap } from './nmap.judge.js';
import { createNmapReader } from './nmap.read.js';
import { planScan } from './nmap.scan.js';

export const nmap: Tool = {
  id: 'nmap',
  title: 'Nmap',
  homepage: 'https://nmap.org',
  about: 'Networks: hosts, ports and services',
  formats: [
    {
      kind: 'xml',
      id: 'nmap-xml',
      title: 'XML',
      example: '`nmap -sV -oX report.xml …`',
      root: 'nmaprun',
      create: createNmapReader,
    },
  ],
  mistaken: {
    text: (firstLine) =>
      /^# Nmap /.test(firstLine) || /^Starting Nmap/.test(firstLine)
        ? { looksLike: "Nmap's text output", advice: 'give its XML: nmap -oX report.xml' }
        : null,
  },
  silence: {
    proves: 'A missing port is closed if the host answered and the port was scanned.',
    filters: [],
    groupOf: ({ subObject }) => subObject,
    groups: 'ports',
  },
  isSuffixedElsewhere: true,
  scan: {
    // The digest of the multi-platform index; at least seven independent public repositories name it
    // with the same version.
    image: {
      reference:
        'instrumentisto/nmap@sha256:96f6ed194519b62421a1a1c57809e65a7f94d2aa1c8c25676f247e5e148c0827',
      version: '7.98',
    },
    imageVariable: { name: 'NMAP_IMAGE', example: 'registry.example.org/nmap:7.98' },
    native: {
      program: 'nmap',
      versionArgs: ['--version'],
      version: /Nmap version (\d+(?:\.\d+)+)/,
      tested: '7.98',
      install: 'apt-get install nmap, dnf install nmap or brew install nmap',
    },
    targets: ['network'],
    variables: [],
    reports: ['nmap.xml'],
    plan: planScan,
    judge: judgeNmap,
  },
};
