/** An error without its message, which may quote what was being read: fit for logs. */
export interface Fault {
  type: string;
  code?: string;
  /** The places in our code, innermost first. */
  stack: string;
}

const MAX_FRAMES = 12;

export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { type: typeof error, stack: '' };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.constructor.name || error.name,
    ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? { code } : {}),
    stack: framesOf(error),
  };
}

/** The stack without its head: the message, which may have lines of any kind. */
function framesOf({ stack = '', message }: Error): string {
  const head = stack.indexOf(message);
  return stack
    .slice(head < 0 ? 0 : head + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, MAX_FRAMES)
    .join('\n');
}
