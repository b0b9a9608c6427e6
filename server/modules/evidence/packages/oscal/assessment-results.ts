import type { RequirementState } from '../../../../../contract/framework.js';
import type { StoredEvidence } from '../../items/evidence-items.repository.js';
import { placeOf } from '../package-files.js';
import type { ControlAt, PackageState } from '../package-state.js';
import { backMatter, metadata, PARTY, PLATFORM, prop } from './document.js';
import { line, tokenOf, uuidOf } from './uuid.js';

const METHODS: Record<StoredEvidence['kind'], string> = {
  scan: 'TEST',
  screenshot: 'EXAMINE',
  document: 'EXAMINE',
  policy: 'EXAMINE',
  procedure: 'EXAMINE',
  answer: 'INTERVIEW',
  attestation: 'INTERVIEW',
};

/**
 * OSCAL 1.2 assessment results of a framework and period. `satisfied` is said of requirements only that are
 * satisfied; partial, unknown and not applicable are told apart in reason, properties and remarks.
 */
export function assessmentResults(state: PackageState) {
  const { framework, from, to, items, controls } = state;
  const key = [state.team, framework.id, from, to];
  const platform = uuidOf(...key, 'platform');
  const failing = controls.filter(({ openFindings }) => openFindings > 0);
  const observations = observationsOf(state, platform);
  const risks = failing.map((control) => riskOf(key, control));
  return {
    'assessment-results': {
      uuid: uuidOf(...key, 'assessment-results'),
      metadata: metadata(state, `Assessment results: ${framework.name}`),
      'import-ap': {
        href: 'assessment-plan.json',
        remarks: 'The plan was generated: assessment is continuous.',
      },
      results: [
        {
          uuid: uuidOf(...key, 'result'),
          title: line(
            `${framework.name} ${framework.version}, ${from.slice(0, 10)} to ${to.slice(0, 10)}`,
          ),
          description: `Standing of every requirement as evaluated at ${framework.evaluatedAt ?? 'no time yet'}, with the evidence of the period.`,
          start: from,
          end: to,
          props: [
            prop('score', framework.score === null ? 'none' : String(framework.score)),
            prop('ceiling', framework.ceiling === null ? 'none' : String(framework.ceiling)),
            prop('coverage', framework.coverage === null ? 'none' : String(framework.coverage)),
          ],
          'local-definitions': {
            ...some('components', accountComponents(state)),
            'assessment-assets': {
              ...some('components', toolComponents(state)),
              'assessment-platforms': [{ uuid: platform, title: PLATFORM }],
            },
          },
          'reviewed-controls': {
            description: `Every requirement of ${framework.name}.`,
            'control-selections': [
              {
                'include-controls': framework.requirementStates.map(({ id }) => ({
                  'control-id': tokenOf(id),
                })),
              },
            ],
          },
          ...some('observations', observations),
          ...some('risks', risks),
          findings: framework.requirementStates.map((one) => findingOf(state, one, key)),
        },
      ],
      ...backMatter(items.map((item) => resourceOf(item))),
    },
  };
}

/** Under the key when there is something: OSCAL has no empty lists. */
export function some<T>(name: string, list: readonly T[]): Record<string, readonly T[]> {
  return list.length > 0 ? { [name]: list } : {};
}

function observationsOf(state: PackageState, platform: string) {
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
      'relevant-evidence': [{ href: `#${uuidOf('resource', id)}`, description: placeOf(item) }],
      collected: collectedAt,
      expires: expiresAt,
    };
  });
}

const STATUS: Record<
  RequirementState['status'],
  { state: string; reason: string; implemented: string }
> = {
  satisfied: { state: 'satisfied', reason: 'pass', implemented: 'implemented' },
  failing: { state: 'not-satisfied', reason: 'fail', implemented: 'planned' },
  partial: { state: 'not-satisfied', reason: 'other', implemented: 'partial' },
  not_assessed: { state: 'not-satisfied', reason: 'other', implemented: 'planned' },
  not_applicable: { state: 'not-satisfied', reason: 'other', implemented: 'not-applicable' },
};
const REMARKS: Record<RequirementState['status'], string> = {
  satisfied: 'Every control of the requirement is implemented, and attested where that is needed.',
  failing: 'A control of the requirement is not implemented.',
  partial: 'Something was evaluated; the requirement is not met as a whole.',
  not_assessed: 'Not assessed: there is no evidence. Unknown does not count as satisfied.',
  not_applicable: 'Not applicable by a person’s decision. It is neither satisfied nor failing.',
};

function findingOf(state: PackageState, requirement: RequirementState, key: readonly string[]) {
  const { id, title, status, controls, attestation } = requirement;
  const { state: verdict, reason, implemented } = STATUS[status];
  const ids = new Set(controls.map((control) => control.id));
  const related = state.items.filter(
    (item) =>
      item.requirements.includes(`${state.framework.id}/${id}`) ||
      item.controlIds.some((control) => ids.has(control)),
  );
  const risks = state.controls.filter((one) => ids.has(one.id) && one.openFindings > 0);
  // OSCAL's word for “nothing is said” is to leave it out.
  const told =
    status === 'not_assessed' || status === 'failing'
      ? {}
      : { 'implementation-status': { state: implemented } };
  return {
    uuid: uuidOf(...key, 'finding', id),
    title: line(`${id} ${title}`),
    description: REMARKS[status],
    target: {
      type: 'objective-id',
      'target-id': tokenOf(id),
      title: line(title),
      props: [
        prop('requirement', id),
        prop('status', status),
        prop('attested', String(attestation !== null)),
        ...controls.map((control) =>
          prop('control', control.id, `${control.relation}: ${control.status}`),
        ),
      ],
      status: { state: verdict, reason, remarks: REMARKS[status] },
      ...told,
    },
    ...some(
      'related-observations',
      related.map((item) => ({
        'observation-uuid': uuidOf('observation', item.id, String(item.revision)),
      })),
    ),
    ...some(
      'related-risks',
      risks.map((control) => ({ 'risk-uuid': uuidOf(...key, 'risk', control.id) })),
    ),
  };
}

/** What stands open against a control. */
export function riskOf(key: readonly string[], control: ControlAt) {
  const { id, title, status, reason, openFindings, failingChecks } = control;
  return {
    uuid: uuidOf(...key, 'risk', id),
    title: line(`${id} ${title}`),
    description: reason,
    statement: `${openFindings} open ${openFindings === 1 ? 'finding' : 'findings'}: ${failingChecks
      .slice(0, 20)
      .map(({ checkId, fail }) => `${checkId} (${fail})`)
      .join(', ')}`,
    props: [
      prop('control', id),
      prop('control-status', status),
      prop('open-findings', String(openFindings)),
    ],
    status: 'open',
  };
}

function resourceOf(item: StoredEvidence) {
  const newest = item.revisions.at(-1);
  return {
    uuid: uuidOf('resource', item.id),
    title: line(item.title),
    rlinks: [
      {
        href: `../${placeOf(item)}`,
        'media-type': newest?.mediaType ?? 'application/octet-stream',
        hashes: [{ algorithm: 'SHA-256', value: newest?.sha256 ?? '' }],
      },
    ],
  };
}

function toolComponents(state: PackageState) {
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

function accountComponents(state: PackageState) {
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
