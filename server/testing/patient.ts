/** Options of `expect.poll` for a busy machine: its own limit is one second. */
export const PATIENT = { timeout: 15_000 };
