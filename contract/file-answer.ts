import { z } from 'zod';

/** A file as an answer: what it is called when saved, its media type and its bytes. */
export const FileAnswer = z.object({
  fileName: z.string().min(1).max(200),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type FileAnswer = z.infer<typeof FileAnswer>;
