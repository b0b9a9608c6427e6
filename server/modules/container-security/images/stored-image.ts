import type { ContainerImage, ImageDetails } from '../../../../contract/container-security.js';
import type { StoredItem } from '../../orchestration/index.js';

/** An image in the inventory. Its key is the SHA-256 of the reference, since an index does not accept texts of any length. */
export interface StoredImage
  extends StoredItem,
    Pick<ContainerImage, 'reference' | 'registry' | 'repository' | 'tag' | 'digest'> {
  details: ImageDetails | null;
  /** The account under which its newest imported report stores findings, where its reference does not tell. */
  reportedAs?: string | null;
}
