import type { ScfAttribution } from '../../../../contract/scf.js';

/** The attribution that the licence (CC BY-ND 4.0) requires with every text of the SCF. */
export function scfAttribution({
  release,
  sha256,
}: {
  release: string;
  sha256: string;
}): ScfAttribution {
  return {
    text: `Secure Controls Framework © SCF Council, CC BY-ND 4.0, release ${release}, file sha256 ${sha256}`,
    release,
    sha256,
    licence: 'CC BY-ND 4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by-nd/4.0/',
  };
}
