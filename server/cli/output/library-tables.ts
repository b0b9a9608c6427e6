import type {
  AvailableFramework,
  ControlsPreview,
  FrameworkGaps,
  FrameworkPreview,
} from '../../../contract/compliance.js';
import type { ScfAttribution, ScfFrameworkSummary } from '../../../contract/scf.js';
import { attributionLines } from './attribution-lines.js';
import { frameworksTable, supersededLines } from './posture-tables.js';
import { bold, count, cyan, dim, green, number, red, yellow } from './style.js';
import { table } from './table.js';

const FIGURE = { align: 'right' } as const;
const MAX_LINES = 20;

/** All available frameworks. */
export function librariesTable(frameworks: readonly AvailableFramework[], room: number): string {
  const shown = table(
    [
      { title: 'Slug' },
      { title: 'Framework', grows: 2 },
      { title: 'Active' },
      { title: 'Target', ...FIGURE },
      { title: 'Requirements', ...FIGURE },
      { title: 'Controls', ...FIGURE },
      { title: 'Source', grows: 3 },
    ],
    frameworks.map((each) => [
      { text: each.id, paint: cyan },
      each.name.includes(each.version) ? each.name : `${each.name} ${each.version}`,
      each.active ? { text: 'yes', paint: green } : { text: 'no', paint: dim },
      number(each.targetScore),
      number(each.requirements),
      number(each.controls),
      each.source ? `${each.source.publication}, ${each.source.published}` : each.origin,
    ]),
    room,
  );
  const editions = supersededLines(frameworks, room);
  return [shown, ...editions, ...attributionLines(frameworks, room)].join('\n');
}

/** The frameworks mapped by the user's copy of the SCF. */
export function scfFrameworksTable(
  frameworks: readonly ScfFrameworkSummary[],
  { text }: ScfAttribution,
  room: number,
): string {
  const shown = table(
    [
      { title: 'Slug' },
      { title: 'Framework', grows: 2 },
      { title: 'Active' },
      { title: 'Requirements', ...FIGURE },
      { title: 'Publisher', grows: 1 },
    ],
    frameworks.map(({ id, name, version, active, requirements, publisher }) => [
      { text: id, paint: cyan },
      version ? `${name} ${version}` : name,
      active ? { text: 'yes', paint: green } : { text: 'no', paint: dim },
      number(requirements),
      publisher ?? '',
    ]),
    room,
  );
  return [shown, ...attributionLines([{ attribution: text }], room)].join('\n');
}

/** The changes of an import, or the problems in the file. */
export function previewLines(preview: FrameworkPreview | ControlsPreview, file: string): string {
  const { problems, added, changed, unchanged, notRead } = preview;
  const ignored = notRead.length > 0 ? [yellow(`Not read: ${notRead.join(', ')}`)] : [];
  if (problems.length > 0) {
    const lines = problems.map(({ at, message }) => `${red('✗')} ${bold(at)}: ${message}`);
    return [...lines, ...ignored, `Nothing was imported from ${file}.`].join('\n');
  }
  const removed = 'removed' in preview ? preview.removed : [];
  const lines = [
    ...added.map(({ id, title }) => `${green('+')} ${id} ${dim(title)}`),
    ...changed.map(({ id, title }) => `${yellow('~')} ${id} ${dim(title)}`),
    ...removed.map(({ id, title }) => `${red('-')} ${id} ${dim(title)}`),
  ];
  const more = lines.length - MAX_LINES;
  const name = 'framework' in preview && preview.framework ? [bold(preview.framework.name)] : [];
  const sums = `${number(added.length)} added, ${number(changed.length)} changed, ${number(removed.length)} removed, ${number(unchanged)} unchanged`;
  return [
    ...name,
    ...lines.slice(0, MAX_LINES),
    ...(more > 0 ? [dim(`and ${number(more)} more`)] : []),
    ...ignored,
    sums,
  ].join('\n');
}

/** Unmet requirements, worst first, and the controls that help most. */
export function frameworkGapsTable(found: FrameworkGaps, room: number): string {
  const { framework, counts, gaps, fixes, attributions } = found;
  const others = attributions.filter((text) => text !== framework.attribution);
  const painted = { failing: red, partial: yellow, not_assessed: dim };
  const rows = gaps.map(({ id, title, status, gain, why }) => [
    { text: id, paint: cyan },
    title,
    { text: status.replace('_', ' '), paint: painted[status] },
    `+${gain.toFixed(2)}`,
    why,
  ]);
  const columns = [
    { title: 'Requirement' },
    { title: 'Title', grows: 2 },
    { title: 'Status' },
    { title: 'Points', ...FIGURE },
    { title: 'Why', grows: 3 },
  ];
  const best = fixes
    .slice(0, 10)
    .map(({ id, title, gain }) => `  ${cyan(id)} ${title} ${dim(`+${gain.toFixed(2)}`)}`);
  return [
    frameworksTable([framework], room),
    '',
    rows.length > 0 ? table(columns, rows, room) : 'Every requirement is met.',
    '',
    `${count(counts.attestationMissing, 'gap')} need an attestation; ${number(counts.onlyPeople)} cannot be assessed by any tool.`,
    ...(best.length > 0 ? ['', bold('Controls that would raise the score most'), ...best] : []),
    ...attributionLines(
      others.map((attribution) => ({ attribution })),
      room,
    ),
  ].join('\n');
}
