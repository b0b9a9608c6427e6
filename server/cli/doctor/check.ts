/** The result of one check. */
export interface Check {
  what: string;
  state: 'good' | 'warn' | 'bad';
  detail: string;
}

/** The result, or an error after a timeout: doctor must never hang. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${ms / 1_000} s`)), ms);
  });
  answer.catch(() => undefined); // ignore a late failure
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function whyNot(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
