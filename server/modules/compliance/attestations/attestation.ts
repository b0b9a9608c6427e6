import type { TeamDoc } from '../../../platform/database/collection.js';

/** A person's word for the part of a requirement that no tool can judge. */
export interface Attestation extends TeamDoc {
  frameworkId: string;
  requirementId: string;
  statement: string;
  actor: string;
  at: string;
  expiresAt: string;
  /** sha256 of what the requirement said then (`attestedHash`). Rows of before it was kept have none. */
  attested?: string;
  /** Those whose place it took, newest first: one counts again if this is taken back. */
  replaced?: GivenAttestation[];
}

/** As it was given, without how it is kept. */
export type GivenAttestation = Omit<Attestation, 'id' | 'teamId' | 'replaced'>;

export type KeptAttestation = GivenAttestation & Pick<Attestation, 'replaced'>;
