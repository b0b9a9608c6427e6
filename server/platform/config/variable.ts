import type { z } from 'zod';

/** An environment variable: its description and valid values. */
export interface Variable<T> {
  name: string;
  help: string;
  example: string;
  schema: z.ZodType<T>;
}
