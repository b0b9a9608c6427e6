import type { TeamDoc } from '../../../platform/database/collection.js';

/** A person's statement about the part of a requirement that no tool can evaluate. */
export interface Attestation extends TeamDoc {
  frameworkId: string;
  requirementId: string;
  statement: string;
  actor: string;
  at: string;
  expiresAt: string;
  /** A questionnaire's answer to the whole requirement; absent for a statement about what controls do not cover. */
  answer?: 'yes' | 'partially' | 'no';
  /** Without explanation and evidence: counts as partial at most. */
  unsupported?: boolean;
  /** The numbers that it states, by parameter. */
  values?: Record<string, number>;
  /** SHA-256 of the requirement at that time (`attestedHash`). Missing in old rows. */
  attested?: string;
  /** Attestations that it replaced, newest first: one counts again if this is withdrawn. */
  replaced?: GivenAttestation[];
}

/** Without storage fields. */
export type GivenAttestation = Omit<Attestation, 'id' | 'teamId' | 'replaced'>;

export type KeptAttestation = GivenAttestation & Pick<Attestation, 'replaced'>;
