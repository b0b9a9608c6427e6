import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** An environment variable of one tool, declared with the tool. */
export interface ToolVariable {
  name: string;
  help: string;
  example: string;
  kind: 'image' | 'folder';
}

export const folder = z.string().refine(isAbsolute, 'must be an absolute path');

/** Images are parsed where they are used. */
const SCHEMAS = {
  image: z
    .string()
    .max(500)
    .regex(
      /^[a-z0-9][\w./:-]*(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/i,
      'must name an image with its tag or digest',
    ),
  folder,
} as const satisfies Record<ToolVariable['kind'], z.ZodType<string>>;

export function variableOf({ kind, ...named }: ToolVariable) {
  const schema: z.ZodType<string | null> = SCHEMAS[kind].nullable().default(null);
  return { ...named, schema };
}
