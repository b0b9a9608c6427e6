interface AreaRules {
  names: RegExp;
  /** Compressed, in one folder per first two digits of the name. */
  isPacked: boolean;
  /** Whether the name is the SHA-256 of the content, which is checked when it is stored. */
  isNamedByContent: boolean;
}

const SHA256 = /^[0-9a-f]{64}$/;
const ID = /^[a-z]{1,20}_[0-9a-z_]{1,60}$/;

/** What is kept as blobs, by the first folder of its keys. */
export const BLOB_AREAS = {
  /** Masked reports, named by the SHA-256 of the original. */
  'raw-reports': { names: SHA256, isPacked: true, isNamedByContent: false },
  evidence: { names: SHA256, isPacked: true, isNamedByContent: true },
  'evidence-packages': { names: SHA256, isPacked: true, isNamedByContent: true },
  /** Uploads that wait, as they came, named by their import. */
  incoming: { names: ID, isPacked: false, isNamedByContent: false },
  /** Written by each process, to see that all use the same place. */
  probes: { names: ID, isPacked: false, isNamedByContent: false },
} as const satisfies Record<string, AreaRules>;
export type BlobArea = keyof typeof BLOB_AREAS;

/** The key of a blob. Throws a TypeError for a name that the area does not have. */
export function keyOf(area: BlobArea, name: string): string {
  const { names, isPacked } = BLOB_AREAS[area];
  if (!names.test(name)) throw new TypeError(`not a name of ${area}`);
  return isPacked ? `${area}/${name.slice(0, 2)}/${name}.gz` : `${area}/${name}`;
}
