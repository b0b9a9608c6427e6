import type { CloudAccount } from '../../contract/cloud-security.js';

const at = '2026-11-20T10:00:00.000Z';

export function anAccount(parts: Partial<CloudAccount> = {}): CloudAccount {
  return {
    id: 'acc_1',
    name: 'Production',
    provider: 'aws',
    scope: { kind: 'aws', accountId: '123456789012', regions: ['eu-west-1', 'us-east-1'] },
    status: 'active',
    credentials: { kind: 'aws_role', hint: 'arn:aws:iam::123456789012:role/S', changedAt: at },
    lastTest: { status: 'passed', at, problem: null },
    createdAt: at,
    updatedAt: at,
    ...parts,
  };
}
