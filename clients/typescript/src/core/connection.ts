import { aborted, ColonnadeError, type Refusal } from './errors.js';
import { delay, isPassing, orAborted, pauseBefore, retryAfterOf } from './retry.js';
import { MemoryTokenStore, Session, type Tokens } from './session.js';
import type { ApiResponse, CallOptions, ClientOptions } from './types.js';
import { queryOf, rootOf } from './url.js';

/** What is particular to a product: how it refuses, how it wraps what it gives, how it refreshes. */
export interface Dialect {
  /** What the body of a refusal says; undefined when it is not one of this product. */
  refusal(body: any): Refusal | undefined;

  /** What a body holds, where the product puts it into an envelope. */
  content?(body: any): unknown;

  /** Where refresh tokens are spent, whether a cookie will do for one, and the tokens in the content of the answer. */
  refresh?: { path: string; byCookie?: boolean; tokens(content: any): Tokens };
}

/** One call as a product's file writes it down. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: object | undefined;

  /** Sent as JSON; a {@link TextBody} as what it is. */
  body?: unknown;

  headers?: Record<string, string | undefined>;

  /** Whether the call needs no token, so that a 401 is its answer and no reason to refresh. */
  anonymous?: boolean;

  /** Whether the route takes an Idempotency-Key, which makes the call safe to repeat. */
  idempotent?: boolean;
}

/** A body that is not JSON. */
export class TextBody {
  constructor(readonly text: string, readonly type: string) {}
}

/** Sends calls to one product: in time, again where that is safe and helps, with a token that is good. */
export class Connection<Refreshed = unknown> {
  readonly session: Session<Refreshed>;
  readonly #root: string;
  readonly #timeout: number;
  readonly #retries: number;
  readonly #longestWait: number;

  constructor(private readonly options: ClientOptions, private readonly dialect: Dialect) {
    this.#root = rootOf(options.baseURL);
    this.#timeout = positive('timeout', options.timeout ?? 10_000);
    this.#retries = whole('retries', options.retries ?? 2);
    this.#longestWait = options.longestWait ?? 30_000;
    if (options.tokens && options.authToken !== undefined)
      throw new TypeError('Give either tokens or authToken: the store holds the token already.');
    const store = options.tokens ?? new MemoryTokenStore(options.authToken === undefined ? undefined : { accessToken: options.authToken });
    const { refresh } = dialect;
    this.session = new Session(store, refresh && (async refreshToken => {
      const body = refreshToken === undefined ? undefined : { refreshToken };
      const response = await this.send<Refreshed>({ method: 'POST', path: refresh.path, body, anonymous: true });
      return { tokens: refresh.tokens(response.data), response };
    }), refresh?.byCookie === true && options.credentials !== undefined && options.credentials !== 'omit');
  }

  /** @throws {ColonnadeError} Whatever went wrong. */
  async send<T>(call: Call, options: CallOptions = {}): Promise<ApiResponse<T>> {
    const headers = new Headers({ accept: 'application/json' });
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value !== undefined)
        headers.set(name, value);
    }
    if (call.body !== undefined)
      headers.set('content-type', call.body instanceof TextBody ? call.body.type : 'application/json');
    if (call.idempotent)
      headers.set('idempotency-key', options.idempotencyKey ?? newKey());

    const isRepeatable = call.idempotent || call.method === 'GET' || call.method === 'PUT' || call.method === 'DELETE';
    const retries = isRepeatable ? whole('retries', options.retries ?? this.#retries) : 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt<T>(call, headers, options);
      } catch (error) {
        if (!(error instanceof ColonnadeError) || attempt > retries || !isPassing(error) || (error.retryAfter ?? 0) * 1_000 > this.#longestWait)
          throw error;
        await (this.options.delay ?? delay)(pauseBefore(attempt, error.retryAfter), options.signal);
      }
    }
  }

  async #attempt<T>(call: Call, headers: Headers, options: CallOptions): Promise<ApiResponse<T>> {
    if (call.anonymous)
      return await this.#exchange<T>(call, headers, undefined, options);
    const token = await this.session.accessToken();
    try {
      return await this.#exchange<T>(call, headers, token, options);
    } catch (error) {
      if (!(error instanceof ColonnadeError) || error.status !== 401)
        throw error;
      const renewed = await orAborted(this.session.renew(token), options.signal);
      if (renewed === undefined)
        throw error;
      return await this.#exchange<T>(call, headers, renewed, options);
    }
  }

  async #exchange<T>(call: Call, headers: Headers, token: string | undefined, { signal, timeout }: CallOptions): Promise<ApiResponse<T>> {
    if (signal?.aborted)
      throw aborted(signal);
    const milliseconds = positive('timeout', timeout ?? this.#timeout);
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), milliseconds);
    const abort = () => end.abort();
    signal?.addEventListener('abort', abort, { once: true });
    const send = this.options.fetch ?? fetch;
    try {
      const init: RequestInit = { method: call.method, headers: new Headers(headers), signal: end.signal };
      if (token !== undefined)
        (init.headers as Headers).set('authorization', `Bearer ${token}`);
      if (call.body !== undefined)
        init.body = call.body instanceof TextBody ? call.body.text : JSON.stringify(call.body);
      if (this.options.credentials)
        init.credentials = this.options.credentials;
      const response = await send(this.#root + call.path + queryOf(call.query), init);
      return this.#read<T>(response, await response.text());
    } catch (cause) {
      if (cause instanceof ColonnadeError)
        throw cause;
      if (signal?.aborted)
        throw aborted(signal);
      throw end.signal.aborted
        ? new ColonnadeError(`No answer within ${milliseconds} ms`, { status: 0, code: 'TIMEOUT', cause })
        : new ColonnadeError(`${this.#root} cannot be reached`, { status: 0, code: 'NETWORK_ERROR', cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #read<T>(response: Response, text: string): ApiResponse<T> {
    const { status, headers } = response;
    const isJson = /^application\/(.+\+)?json\b/.test(headers.get('content-type') ?? '');
    const body = isJson ? parsed(text) : text === '' ? null : text;
    if ((!response.ok && status !== 304) || body === undefined)
      throw this.#failure(response, body);
    const data = isJson && this.dialect.content ? this.dialect.content(body) : body;
    return { data: data as T, status, headers: Object.fromEntries(headers) };
  }

  #failure({ status, statusText, headers, ok }: Response, body: unknown): ColonnadeError {
    const said = ok ? { code: 'INVALID_ANSWER', message: 'The answer is not the JSON it says it is' } : this.dialect.refusal(body);
    const { code, message, details, field } = said ?? { code: `HTTP_${status}`, message: statusText || `HTTP status ${status}` };
    return new ColonnadeError(message, {
      status, code, details, field,
      requestId: headers.get('x-request-id') ?? undefined,
      retryAfter: retryAfterOf(headers, Date.now()),
    });
  }
}

/** Undefined, which JSON cannot be, when it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

function positive(name: string, value: number): number {
  if (!(value > 0))
    throw new TypeError(`${name} is a number above 0.`);
  return value;
}

function whole(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0)
    throw new TypeError(`${name} is a whole number, 0 or more.`);
  return value;
}
