import { aborted, ColonnadeError } from './errors.js';

/** Ends a request when its time is over or its caller wants it to, and tells afterwards which it was. */
export class Deadline {
  readonly #end = new AbortController();
  readonly #abort = () => this.#end.abort();
  #milliseconds = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @throws {ColonnadeError} When the caller wants no request any more. */
  constructor(milliseconds: number, private readonly caller: AbortSignal | undefined) {
    if (caller?.aborted)
      throw aborted(caller);
    caller?.addEventListener('abort', this.#abort, { once: true });
    this.restart(milliseconds);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  restart(milliseconds: number): void {
    this.hold();
    this.#milliseconds = milliseconds;
    this.#timer = setTimeout(this.#abort, milliseconds);
  }

  /** Time does not count until it is restarted; the caller still does. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** What a request that failed with `cause` under this deadline fails with. */
  failure(cause: unknown, root: string): ColonnadeError {
    if (cause instanceof ColonnadeError)
      return cause;
    if (this.caller?.aborted)
      return aborted(this.caller);
    return this.signal.aborted
      ? new ColonnadeError(`No answer within ${this.#milliseconds} ms`, { status: 0, code: 'TIMEOUT', cause })
      : new ColonnadeError(`${root} cannot be reached`, { status: 0, code: 'NETWORK_ERROR', cause });
  }

  /** No longer ends anything. */
  lift(): void {
    this.hold();
    this.caller?.removeEventListener('abort', this.#abort);
  }

  /** Ends what still runs under it. */
  end(): void {
    this.lift();
    this.#abort();
  }
}
