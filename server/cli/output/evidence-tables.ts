import type {
  EvidenceCoverage,
  EvidenceDetail,
  EvidenceGap,
  EvidenceItem,
  EvidencePackage,
} from '../../../contract/evidence.js';
import { oneLine } from './scan-words.js';
import { bold, cyan, dim } from './style.js';
import { table } from './table.js';

const FIGURE = { align: 'right' } as const;
const words = (state: string) => state.replaceAll('_', ' ');
const dayOf = (instant: string | null) => instant?.slice(0, 10) ?? '–';

export function itemsTable(items: readonly EvidenceItem[], room: number): string {
  const columns = [
    { title: 'Id' },
    { title: 'Kind' },
    { title: 'State' },
    { title: 'Title', grows: 3 },
    { title: 'Controls', grows: 1 },
    { title: 'Until' },
    { title: 'Quality', ...FIGURE },
  ];
  const rows = items.map(({ id, kind, state, title, controlIds, expiresAt, quality }) => [
    { text: id, paint: cyan },
    kind,
    words(state),
    oneLine(title, 200),
    controlIds.length > 3 ? `${controlIds.length} controls` : controlIds.join(', '),
    dayOf(expiresAt),
    String(quality.score),
  ]);
  return table(columns, rows, room);
}

/** One item with validity, quality and reviews. */
export function itemLines(item: EvidenceDetail): string {
  const { title, kind, state, valid, quality, revision, effectiveFrom, effectiveTo } = item;
  const supports = [
    ...item.controls.map((one) => `${one.id} ${one.title} (${words(one.status)})`),
    ...item.requirements.map(({ framework, requirement }) => `${framework} ${requirement}`),
  ];
  const holds = `${dayOf(effectiveFrom)} to ${effectiveTo === null ? 'no end' : dayOf(effectiveTo)}`;
  return [
    `${bold(oneLine(title, 200))} ${dim(item.id)}`,
    `${kind}, ${words(state)}, ${valid ? 'counts now' : 'does not count now'}`,
    `Holds ${holds}; collected ${dayOf(item.collectedAt)}, uploaded ${dayOf(revision.uploadedAt)}; counts until ${dayOf(item.expiresAt)}`,
    `${oneLine(revision.fileName, 200)}, revision ${revision.number}, ${revision.sizeBytes} bytes, SHA-256 ${revision.sha256}`,
    `Supports: ${supports.length > 0 ? '' : 'nothing yet'}`,
    ...supports.map((one) => `  ${oneLine(one, 200)}`),
    `Quality ${quality.score} of 100`,
    ...quality.parts.map(({ name, points, of, why }) => `  ${name} ${points}/${of}: ${why}`),
    ...item.reviews.map(
      ({ at, actor, action, reason }) =>
        `${dayOf(at)} ${words(action)} by ${oneLine(actor, 100)}${reason ? `: ${oneLine(reason, 300)}` : ''}`,
    ),
  ].join('\n');
}

export function coverageTable(items: readonly EvidenceCoverage[], room: number): string {
  const columns = [
    { title: 'Framework' },
    { title: 'Name', grows: 1 },
    { title: 'With evidence', ...FIGURE },
    { title: 'Fully', ...FIGURE },
    { title: 'Partly', ...FIGURE },
    { title: 'Requirements', ...FIGURE },
  ];
  const rows = items.map(({ frameworkId, name, coverage, covered, partly, requirements }) => [
    { text: frameworkId, paint: cyan },
    name,
    `${coverage} %`,
    String(covered),
    String(partly),
    String(requirements),
  ]);
  return table(columns, rows, room);
}

export function gapsTable(gaps: readonly EvidenceGap[], room: number): string {
  const columns = [
    { title: 'Control' },
    { title: 'Title', grows: 2 },
    { title: 'Weight', ...FIGURE },
    { title: 'Why' },
    { title: 'Until' },
  ];
  const rows = gaps.map(({ controlId, title, weight, reason, expiresAt }) => [
    { text: controlId, paint: cyan },
    title,
    String(weight),
    words(reason),
    dayOf(expiresAt),
  ]);
  return table(columns, rows, room);
}

export function packagesTable(packages: readonly EvidencePackage[], room: number): string {
  const columns = [
    { title: 'Id' },
    { title: 'Framework', grows: 1 },
    { title: 'Period' },
    { title: 'State' },
    { title: 'Files', ...FIGURE },
    { title: 'SHA-256' },
  ];
  const rows = packages.map(({ id, frameworkName, from, to, state, files, sha256 }) => [
    { text: id, paint: cyan },
    frameworkName,
    `${dayOf(from)} to ${dayOf(to)}`,
    state,
    String(files),
    sha256?.slice(0, 12) ?? '–',
  ]);
  return table(columns, rows, room);
}
