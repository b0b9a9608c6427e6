import type { Relation } from '../../../../contract/compliance.js';
import {
  attributionsOf,
  type Catalogue,
  controlAttributions,
  type Framework,
  isCounted,
} from '../../catalogue/index.js';
import { uuidOf } from './uuid-v5.js';

/** The version of OSCAL whose mapping model this follows. */
export const OSCAL_VERSION = '1.2.0';

/** For a library whose frameworks have no publication date. */
const UNDATED = '2026-01-01';

/**
 * How the control (source) relates to the requirement (target). Our relations are the reverse: a
 * `subset` is a requirement that the control covers.
 */
const RELATIONSHIP: Record<Relation, string> = {
  equal: 'equivalent-to',
  subset: 'superset-of',
  superset: 'subset-of',
  intersects: 'intersects-with',
};

/** An OSCAL mapping collection: one mapping for each framework, from the control library to its requirements. */
export function mappingCollection(catalogue: Catalogue, frameworks: readonly Framework[]) {
  const mapped = frameworks.filter(({ requirements }) =>
    requirements.some(({ controls }) => controls.length > 0),
  );
  const ids = mapped.map(({ id }) => id);
  const named = mapped.flatMap(({ requirements }) =>
    requirements.flatMap(({ controls }) => controls.map(({ controlId }) => controlId)),
  );
  const library = resource(
    uuidOf('library', catalogue.version),
    'Common control library',
    controlAttributions(catalogue, named),
  );
  const targets = mapped.map((framework) => ({
    framework,
    resource: resource(
      uuidOf('framework', framework.id, framework.version),
      `${framework.name} ${framework.version}, ${framework.publisher}`,
      attributionsOf([framework]),
    ),
  }));
  const dates = mapped.flatMap(({ source }) => (source ? [source.published] : []));
  return {
    'mapping-collection': {
      uuid: uuidOf('mapping-collection', catalogue.version, ...ids),
      metadata: {
        title: 'Common controls and the requirements that they serve',
        'last-modified': `${(dates.sort().at(-1) ?? UNDATED).slice(0, 10)}T00:00:00Z`,
        version: catalogue.version.slice(0, 16),
        'oscal-version': OSCAL_VERSION,
        roles: [{ id: 'mapping-author', title: 'Author of the mapping' }],
        parties: [
          { uuid: uuidOf('party', 'library'), type: 'organization', name: 'OffloadSecurity' },
        ],
      },
      provenance: {
        method: 'human',
        'matching-rationale': 'semantic',
        status: 'complete',
        'mapping-description':
          'Written by people from the texts of the standards: each edge says how far the control covers the requirement.',
        'responsible-parties': [
          { 'role-id': 'mapping-author', 'party-uuids': [uuidOf('party', 'library')] },
        ],
      },
      mappings: targets.map((target) => mappingOf(target.framework, library, target.resource)),
      'back-matter': { resources: [library, ...targets.map(({ resource: own }) => own)] },
    },
  };
}

interface Resource {
  uuid: string;
  title: string;
  /** The attributions to show with its texts, when they are not ours. */
  remarks?: string;
}

const resource = (uuid: string, title: string, attributions: readonly string[]): Resource => ({
  uuid,
  title,
  ...(attributions.length > 0 ? { remarks: attributions.join('\n') } : {}),
});

function mappingOf(framework: Framework, library: Resource, own: Resource) {
  const requirements = framework.requirements.filter(isCounted);
  const without = requirements.filter(({ controls }) => controls.length === 0);
  const share = (requirements.length - without.length) / requirements.length;
  return {
    uuid: uuidOf('mapping', framework.id, framework.version),
    'source-resource': { type: 'catalog', href: `#${library.uuid}` },
    'target-resource': { type: 'catalog', href: `#${own.uuid}` },
    maps: requirements.flatMap((requirement) =>
      requirement.controls.map(({ controlId, relation }) => ({
        uuid: uuidOf('map', framework.id, framework.version, requirement.id, controlId, relation),
        relationship: RELATIONSHIP[relation],
        sources: [{ type: 'control', 'id-ref': controlId }],
        targets: [{ type: 'control', 'id-ref': requirement.id }],
        ...(requirement.attestation
          ? { remarks: 'A person must attest the part of the target that no control covers.' }
          : {}),
      })),
    ),
    ...(without.length > 0
      ? {
          'target-gap-summary': {
            uuid: uuidOf('gap', framework.id, framework.version, ...without.map(({ id }) => id)),
            'unmapped-controls': [{ 'with-ids': without.map(({ id }) => id) }],
          },
        }
      : {}),
    coverage: {
      'generation-method': 'arbitrary',
      'target-coverage': Math.round(share * 1000) / 1000,
    },
  };
}
