/** Options of `expect.poll` for a busy machine; its default timeout is one second. */
export const PATIENT = { timeout: 15_000 };
