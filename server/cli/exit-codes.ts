/** How a command's end is reported to the shell. */
export const EXIT = { ok: 0, failed: 1, usage: 2, gate: 3 } as const;
