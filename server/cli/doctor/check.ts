/** One thing that the program needs, and how it is with it. */
export interface Check {
  what: string;
  state: 'good' | 'warn' | 'bad';
  detail: string;
}

/** What it answers, or an error once it has taken too long: a doctor that hangs is no doctor. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  });
  answer.catch(() => undefined); // when it fails after all, too late
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
