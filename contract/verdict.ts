import { z } from 'zod';

/**
 * A tool's result for one check on one resource. `muted` is separate because a mute in the tool's
 * configuration is neither a pass nor proof of a fail. With `error` and `not_evaluated` the tool
 * reached no result.
 */
export const VERDICTS = ['pass', 'fail', 'manual', 'muted', 'error', 'not_evaluated'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;
