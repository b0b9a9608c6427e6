import type { ScopeDefinition } from '../../../../contract/compliance.js';
import type { TeamDoc } from '../../../platform/database/collection.js';

export interface StoredProfile extends TeamDoc {
  /** `provider/account`. */
  account: string;
  provider: string;
  accountId: string;
  environment: string | null;
  tags: string[];
}

export interface StoredFrameworkScope extends TeamDoc, ScopeDefinition {
  frameworkId: string;
  changedBy: string;
  changedAt: string;
}
