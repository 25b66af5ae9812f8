import { aborted, ColonnadeError } from './errors.js';

const firstPause = 250;
const longestPause = 8_000;

/** Whether the same request may go out again after this failure, once it is known that repeating it is safe. */
export function isPassing(error: ColonnadeError): boolean {
  return error.status === 429 || error.status === 503 || error.code === 'NETWORK_ERROR'
    // A repeated request met the first one with its Idempotency-Key, which is still running.
    || (error.status === 409 && error.retryAfter !== undefined);
}

/**
 * Milliseconds to wait before the next attempt: what the server asked for and a little more, so that those who were told the
 * same do not come back together; otherwise anything up to a bound that doubles with each attempt.
 */
export function pauseBefore(attempt: number, retryAfter: number | undefined): number {
  return retryAfter === undefined
    ? Math.random() * Math.min(longestPause, firstPause * 2 ** (attempt - 1))
    : retryAfter * 1_000 + Math.random() * firstPause;
}

/** Seconds, from `Retry-After` in either of its forms; a date counts from the answer's own `Date` where that can be read. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text)
    return undefined;
  if (/^\d+$/.test(text))
    return Number(text);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    return undefined;
  const from = Date.parse(headers.get('date') ?? '');
  return Math.max(0, (at - (Number.isNaN(from) ? now : from)) / 1_000);
}

/** Waits; an abort ends it with a `ColonnadeError`. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return orAborted(new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }), signal);
}

/** The promise's outcome, or an abort's if that comes first; what was promised goes on for others. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal)
    return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
