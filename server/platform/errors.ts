/** The seven errors that callers see; any other error is a bug and returns 500. */
export class AppError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

type Details = Readonly<Record<string, unknown>>;
type Options = { cause?: unknown };

/** 422: invalid input; `details.errors` may name fields as `{ path, message }[]`. */
export class InvalidInputError extends AppError {
  constructor(message: string, details?: Details, options?: Options) {
    super(422, 'invalid_input', message, details, options);
  }
}

export class UnauthenticatedError extends AppError {
  constructor(message = 'sign in first', details?: Details, options?: Options) {
    super(401, 'unauthenticated', message, details, options);
  }
}

export class ForbiddenError extends AppError {
  constructor(message = 'not allowed', details?: Details, options?: Options) {
    super(403, 'forbidden', message, details, options);
  }
}

export class NotFoundError extends AppError {
  constructor(message = 'not found', details?: Details, options?: Options) {
    super(404, 'not_found', message, details, options);
  }
}

export class ConflictError extends AppError {
  constructor(message: string, details?: Details, options?: Options) {
    super(409, 'conflict', message, details, options);
  }
}

export class RateLimitedError extends AppError {
  constructor(message = 'too many requests', details?: Details, options?: Options) {
    super(429, 'rate_limited', message, details, options);
  }
}

export class UnavailableError extends AppError {
  constructor(message: string, details?: Details, options?: Options) {
    super(503, 'unavailable', message, details, options);
  }
}
