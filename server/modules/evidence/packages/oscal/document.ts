import { expiryText } from '../../../../../contract/framework-words.js';
import { type PackageState, regionTexts } from '../package-state.js';
import { line, uuidOf } from './uuid.js';

export const OSCAL_VERSION = '1.2.1';
export const PLATFORM = 'OffloadSecurity';
/** The namespace of our properties. */
const NAMESPACE = 'urn:offload-security:oscal';
/** The assessed organisation, the same in documents of every team. */
export const PARTY = uuidOf('party', 'assessed organisation');

/** A property in our namespace; values are one line and never empty. */
export function prop(name: string, value: string, remarks?: string) {
  return { name, ns: NAMESPACE, value: line(value), ...(remarks ? { remarks } : {}) };
}

/** The score of the framework, the figures that stand beside it, and what results show of regions. */
export function figureProps(state: PackageState) {
  const { framework } = state;
  const { score, ceiling, coverage, passing, expired } = framework;
  return [
    prop('score', figure(score)),
    prop('ceiling', figure(ceiling)),
    prop('coverage', figure(coverage)),
    prop('passing', figure(passing)),
    prop('expired-points', String(expired?.points ?? 0), expiryText(framework)),
    prop('expired-controls', String(expired?.controls ?? 0)),
    prop('expired-requirements', String(expired?.requirements ?? 0)),
    ...regionTexts(state).map((text) => prop('regions-seen', text)),
  ];
}

/** Percent or points. */
export function figure(value: number | null | undefined): string {
  return value?.toString() ?? 'none';
}

/** `last-modified` is the end of the period, not the build time, so a rebuilt document is the same. */
export function metadata({ framework: { attributions }, to }: PackageState, title: string) {
  return {
    title: line(title),
    'last-modified': to,
    version: to,
    'oscal-version': OSCAL_VERSION,
    roles: [{ id: 'assessed-organisation', title: 'Assessed organisation' }],
    parties: [{ uuid: PARTY, type: 'organization', name: 'Assessed organisation' }],
    'responsible-parties': [{ 'role-id': 'assessed-organisation', 'party-uuids': [PARTY] }],
    ...(attributions.length > 0 ? { remarks: attributions.join('\n') } : {}),
  };
}

export function backMatter<T>(resources: readonly T[]) {
  return resources.length > 0 ? { 'back-matter': { resources } } : {};
}

/** Omits the key for an empty list, as OSCAL has none. */
export function some<T>(name: string, list: readonly T[]): Record<string, readonly T[]> {
  return list.length > 0 ? { [name]: list } : {};
}
