import { shippedCatalogue } from '../modules/catalogue/common-controls/catalogue.js';
import { Catalogue, createCatalogue, type Proof } from '../modules/catalogue/index.js';
import { MODULES, type ModuleDefinition } from '../service-container.js';

/**
 * Controls that one check proves in tests, so that a test can turn a control green without a whole scan, and so
 * that the catalogue's anchors may change. Every other control keeps its own proof.
 */
const PROVEN: Readonly<Record<string, string>> = {
  'CRY-09': 'kms_cmk_are_used',
  'BCD-13': 's3_bucket_object_versioning',
};

/** The shipped library in which these checks of Prowler for AWS prove these controls, each alone. */
export function provenBy(checks: Readonly<Record<string, string>>): Catalogue {
  const shipped = shippedCatalogue();
  const controls = [...shipped.controls.values()].map((control) => {
    const id = checks[control.id];
    if (id === undefined) return control;
    const check = shipped.checks.find('prowler', 'aws', id);
    if (!check) throw new Error(`no release of Prowler has the check ${id}`);
    const proof: Proof = { aws: [{ checks: [check], needs: 'all' }] };
    return { ...control, proof };
  });
  return new Catalogue({ ...partsOf(shipped), controls });
}

function partsOf({ domains, frameworks, parameters, version, checks }: Catalogue) {
  const lists = { domains: [...domains.values()], frameworks: [...frameworks.values()] };
  return { ...lists, parameters: [...parameters.values()], version, checks };
}

let library: Catalogue | undefined;

/** The product's modules on the library of tests. */
export const TEST_MODULES: readonly ModuleDefinition[] = MODULES.map((each) =>
  each.name !== 'catalogue'
    ? each
    : {
        ...each,
        create: (platform, container) => {
          library ??= provenBy(PROVEN);
          return createCatalogue(platform, {
            shipped: library,
            statuses: () => container.find('compliance')?.states ?? null,
          });
        },
      },
);
