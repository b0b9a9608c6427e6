import type { PackageState } from '../package-state.js';
import { backMatter, metadata, PLATFORM } from './document.js';
import { tokenOf, uuidOf } from './uuid.js';

/** The plan that assessment results must reference: all requirements, continuously, by scans and people. */
export function assessmentPlan(state: PackageState) {
  const { team, framework, from, to } = state;
  const key = [team, framework.id, from, to];
  const ssp = uuidOf(team, 'system-security-plan');
  return {
    'assessment-plan': {
      uuid: uuidOf(...key, 'assessment-plan'),
      metadata: metadata(state, `Continuous assessment plan: ${framework.name}`),
      'import-ssp': {
        href: `#${ssp}`,
        remarks: 'The system security plan is not part of this package.',
      },
      'reviewed-controls': {
        'control-selections': [
          {
            'include-controls': framework.requirementStates
              .filter(({ counted }) => counted !== false)
              .map(({ id }) => ({ 'control-id': tokenOf(id) })),
          },
        ],
      },
      'assessment-assets': {
        'assessment-platforms': [{ uuid: uuidOf(...key, 'platform'), title: PLATFORM }],
      },
      tasks: [
        {
          uuid: uuidOf(...key, 'task'),
          type: 'action',
          title: 'Continuous assessment',
          description:
            'Every scan, import, answer and attestation is evaluated on arrival; expired evidence does not count.',
          timing: { 'within-date-range': { start: from, end: to } },
        },
      ],
      ...backMatter([
        {
          uuid: ssp,
          title: 'System security plan',
          description: 'To be provided by the assessed organisation.',
        },
      ]),
    },
  };
}
