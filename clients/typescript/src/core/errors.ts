import type { ApiError } from './types.js';

/** What a product says in the body of a refusal, in whichever way it says it. */
export interface Refusal {
  code: string;
  message: string;
  details?: unknown;
  field?: string;
}

/** A refusal as Studio and FigureForge say it: `details` may name a field, or several with what is wrong with each. */
export function refusalWithin(body: any): Refusal | undefined {
  const { code, message, details } = body?.error ?? {};
  if (typeof code !== 'string')
    return undefined;
  const field = details?.field ?? onlyName(details?.fields);
  return { code, message, details, ...(typeof field === 'string' ? { field } : {}) };
}

/** The name of a member that is alone. */
export function onlyName(members: object | undefined): string | undefined {
  const names = Object.keys(members ?? {});
  return names.length === 1 ? names[0] : undefined;
}

/** Everything but its message that is known of a failure. */
export interface Failure {
  status: number;
  code: string;
  details?: unknown;
  field?: string | undefined;
  requestId?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/**
 * What every call fails with, whatever went wrong. `status` is 0 when there was no answer; `code` is then `NETWORK_ERROR`,
 * `TIMEOUT` or `ABORTED`, and `name` is `TimeoutError` or `AbortError` as elsewhere on the platform.
 */
export class ColonnadeError extends Error implements ApiError {
  /** The HTTP status, or 0 without an answer. */
  readonly status: number;

  /** The product's own code, or `HTTP_502` and the like where somebody else answered. */
  readonly code: string;

  /** What the product says beside its sentence. */
  readonly details?: any;

  /** The member of the request that was wrong, where it was exactly one. */
  readonly field: string | undefined;

  /** Names the request in the product's logs. */
  readonly requestId: string | undefined;

  /** Seconds to wait before trying again, where the product says so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, failure: Failure) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.name = failure.code === 'TIMEOUT' ? 'TimeoutError' : failure.code === 'ABORTED' ? 'AbortError' : 'ColonnadeError';
    this.status = failure.status;
    this.code = failure.code;
    this.details = failure.details;
    this.field = failure.field;
    this.requestId = failure.requestId;
    this.retryAfter = failure.retryAfter;
  }
}

export function aborted(signal: AbortSignal): ColonnadeError {
  return new ColonnadeError('The call was aborted', { status: 0, code: 'ABORTED', cause: signal.reason });
}
