import { shippedCatalogue } from '../modules/catalogue/common-controls/catalogue.js';
import { Catalogue, createCatalogue, type Proof } from '../modules/catalogue/index.js';
import { MODULES, type ModuleDefinition } from '../product-modules.js';

/**
 * Controls that one check proves in tests, so that a test can turn a control green without a whole scan, and so
 * that the catalogue's anchors may change. Every other control keeps its own proof.
 */
const PROVEN = {
  'CRY-09': ['kms_cmk_are_used'],
  'BCD-13': ['s3_bucket_object_versioning'],
  'IAC-06': ['iam_root_mfa_enabled', 'iam_user_mfa_enabled_console_access'],
};

/** The shipped library in which each of these checks of Prowler for AWS proves its control alone. */
export function provenBy(proofs: Readonly<Record<string, readonly string[]>>): Catalogue {
  const shipped = shippedCatalogue();
  const controls = [...shipped.controls.values()].map((control) => {
    const ids = proofs[control.id];
    if (ids === undefined) return control;
    const checks = ids.map((id) => {
      const check = shipped.checks.find('prowler', 'aws', id);
      if (!check) throw new Error(`no release of Prowler has the check ${id}`);
      return check;
    });
    const proof: Proof = { aws: [{ checks, needs: 'any' }] };
    return { ...control, proof };
  });
  return new Catalogue({ ...partsOf(shipped), controls });
}

function partsOf({ domains, frameworks, parameters, version, checks }: Catalogue) {
  const lists = { domains: [...domains.values()], frameworks: [...frameworks.values()] };
  return { ...lists, parameters: [...parameters.values()], version, checks };
}

let library: Catalogue | undefined;

/** The library of tests. */
export function testLibrary(): Catalogue {
  library ??= provenBy(PROVEN);
  return library;
}

// While test files are imported, as the time of a test is limited.
await Promise.all(MODULES.map((each) => each.load?.()));

/** The product's modules on the library of tests. */
export const TEST_MODULES: readonly ModuleDefinition[] = MODULES.map((each) =>
  each.name !== 'catalogue'
    ? each
    : {
        ...each,
        create: (platform, container) =>
          createCatalogue(platform, {
            shipped: testLibrary(),
            statuses: () => container.find('compliance')?.states ?? null,
          }),
      },
);
