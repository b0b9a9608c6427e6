import type { StoredEvidence } from '../../items/evidence-item.js';
import { placeOf } from '../package-files.js';
import type { PackageState } from '../package-state.js';
import { PARTY, prop, some } from './document.js';
import { line, uuidOf } from './uuid.js';

const METHODS: Record<StoredEvidence['kind'], string> = {
  scan: 'TEST',
  screenshot: 'EXAMINE',
  document: 'EXAMINE',
  policy: 'EXAMINE',
  procedure: 'EXAMINE',
  answer: 'INTERVIEW',
  attestation: 'INTERVIEW',
};

/** One per evidence item: its subjects, its origin and until when it is valid. */
export function observationsOf(state: PackageState, platform: string) {
  return state.items.map((item) => {
    const { id, title, description, kind, collectedAt, expiresAt, controlIds, source, summary } =
      item;
    const origin =
      kind === 'scan'
        ? { type: 'tool', 'actor-uuid': toolUuid(state, source.tool, source.toolVersion) }
        : { type: 'party', 'actor-uuid': PARTY };
    return {
      uuid: uuidOf('observation', id, String(item.revision)),
      title: line(title),
      description: description || title,
      props: [
        prop('evidence-id', id),
        prop('review-state', item.state),
        ...controlIds.map((control) => prop('control', control)),
        ...(summary
          ? [
              prop('passed', String(summary.pass)),
              prop('failed', String(summary.fail)),
              prop('unknown', String(summary.unknown)),
              prop('complete', String(summary.complete)),
            ]
          : []),
      ],
      methods: [METHODS[kind]],
      types: ['control-objective'],
      origins: [{ actors: [origin, { type: 'assessment-platform', 'actor-uuid': platform }] }],
      ...some(
        'subjects',
        (summary?.accounts ?? []).map((account) => ({
          'subject-uuid': accountUuid(state, account),
          type: 'component',
        })),
      ),
      'relevant-evidence': [
        { href: `#${uuidOf('resource', id, String(item.revision))}`, description: placeOf(item) },
      ],
      collected: collectedAt,
      expires: expiresAt,
    };
  });
}

/** The scanners behind the evidence. */
export function toolComponents(state: PackageState) {
  const tools = new Map<string, { name: string; version: string | null }>();
  for (const { kind, source } of state.items) {
    if (kind !== 'scan') continue;
    const uuid = toolUuid(state, source.tool, source.toolVersion);
    tools.set(uuid, { name: source.tool ?? 'scanner', version: source.toolVersion });
  }
  return [...tools].map(([uuid, { name, version }]) => ({
    uuid,
    type: 'software',
    title: line(name),
    description: `Scanner ${line(name)}`,
    ...(version ? { props: [prop('version', version)] } : {}),
    status: { state: 'operational' },
  }));
}

function toolUuid({ team }: PackageState, tool: string | null, version: string | null): string {
  return uuidOf(team, 'tool', tool ?? '', version ?? '');
}

/** The accounts that were scanned. */
export function accountComponents(state: PackageState) {
  const accounts = new Set(state.items.flatMap(({ summary }) => summary?.accounts ?? []));
  return [...accounts].sort().map((account) => ({
    uuid: accountUuid(state, account),
    type: 'system',
    title: line(account),
    description: `Scanned account ${line(account)}`,
    status: { state: 'operational' },
  }));
}

function accountUuid({ team }: PackageState, account: string): string {
  return uuidOf(team, 'account', account);
}
