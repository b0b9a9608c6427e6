import type { StoredEvidence } from '../../items/evidence-item.js';
import { placeOf } from '../package-files.js';
import { isLater, isOpen, type PackageState } from '../package-state.js';
import { backMatter, figure, figureProps, metadata, PLATFORM, prop, some } from './document.js';
import { findingOf } from './findings.js';
import { accountComponents, observationsOf, toolComponents } from './observations.js';
import { riskOf } from './risks.js';
import { line, tokenOf, uuidOf } from './uuid.js';

/**
 * OSCAL 1.2 assessment results of a framework and period. Only satisfied requirements are `satisfied`; reason,
 * properties and remarks distinguish partial, unknown and not applicable ones.
 */
export function assessmentResults(state: PackageState) {
  const { framework, from, to, items, controls } = state;
  const key = [state.team, framework.id, from, to];
  const platform = uuidOf(...key, 'platform');
  const observations = observationsOf(state, platform);
  const judged = framework.requirementStates.filter(({ counted }) => counted !== false);
  const risks = controls.filter(isOpen).map((control) => riskOf(key, control));
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
          description: `Status of every requirement as evaluated at ${framework.evaluatedAt ?? 'no time yet'}${isLater(state) ? ' (after the end of the period)' : ''}, with the evidence of the period.`,
          start: from,
          end: to,
          props: [...figureProps(state), prop('score-at-end', figure(state.atEnd?.score))],
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
                'include-controls': judged.map(({ id }) => ({
                  'control-id': tokenOf(id),
                })),
              },
            ],
          },
          ...some('observations', observations),
          ...some('risks', risks),
          findings: judged.map((one) => findingOf(state, one, key)),
        },
      ],
      ...backMatter(items.map((item) => resourceOf(item))),
    },
  };
}

function resourceOf(item: StoredEvidence) {
  const newest = item.revisions.at(-1);
  return {
    uuid: uuidOf('resource', item.id, String(item.revision)),
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
