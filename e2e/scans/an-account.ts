import { createCloudAccount } from '../../contract/cloud-security.js';
import type { Product } from './product.js';

let accounts = 0;

/** Adds an AWS account with these regions; returns its id here and at AWS. */
export async function addAccount(
  product: Product,
  regions: readonly string[],
): Promise<{ id: string; accountId: string }> {
  accounts += 1;
  const accountId = String(123_456_789_011 + accounts);
  const { id } = await product.call(createCloudAccount, {
    body: {
      name: `Account ${accounts}`,
      scope: { kind: 'aws', accountId, regions },
      credentials: {
        kind: 'aws_keys',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
    },
  });
  return { id, accountId };
}
