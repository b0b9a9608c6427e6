import type { z } from 'zod';

/** A variable of the environment: what it is, and what it may hold. */
export interface Variable<T> {
  name: string;
  help: string;
  example: string;
  schema: z.ZodType<T>;
}
