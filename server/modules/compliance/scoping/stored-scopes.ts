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

/** The regions that an account uses, as the team states them. */
export interface StoredRegions extends TeamDoc {
  /** `provider/account`. */
  account: string;
  provider: string;
  accountId: string;
  /** Sorted. */
  regions: string[];
  changedBy: string;
  changedAt: string;
}

export interface StoredFrameworkScope extends TeamDoc, ScopeDefinition {
  frameworkId: string;
  changedBy: string;
  changedAt: string;
}
