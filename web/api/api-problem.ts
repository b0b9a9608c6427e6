import { Problem } from '../../contract/problem.js';

interface ProblemParts {
  status: number;
  code: string;
  title: string;
  detail: string;
  errors?: { path: string; message: string }[];
  requestId?: string;
}

/** A failed call: the server's problem document, or why there is none. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly { path: string; message: string }[];
  readonly requestId: string | null;

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    super(parts.detail || parts.title, options);
    this.name = 'ApiProblem';
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.errors = parts.errors ?? [];
    this.requestId = parts.requestId ?? null;
  }

  static fromAnswer(status: number, text: string): ApiProblem {
    const problem = Problem.safeParse(jsonOf(text));
    if (problem.success) return new ApiProblem(problem.data);
    return new ApiProblem({
      status,
      code: 'unexpected_answer',
      title: `The server answered ${status}`,
      detail: 'The response could not be read. It may come from a proxy.',
    });
  }

  static unreachable(cause?: unknown): ApiProblem {
    return new ApiProblem(
      {
        status: 0,
        code: 'unreachable',
        title: 'The server cannot be reached',
        detail: 'Check that it is running and that you are online, then try again.',
      },
      { cause },
    );
  }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
