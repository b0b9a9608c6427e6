import { z } from 'zod';

/**
 * What a tool said of one check on one resource. `muted` is a verdict of its own: somebody told the
 * tool to look away, which is neither a pass nor proof of a fail. `error` and `not_evaluated` mean
 * that the tool could not tell.
 */
export const VERDICTS = ['pass', 'fail', 'manual', 'muted', 'error', 'not_evaluated'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;
