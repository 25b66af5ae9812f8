import type { CookieJar } from './cookies.js';
import { Deadline } from './deadline.js';
import { ColonnadeError, type Refusal } from './errors.js';
import { EventParser, type ServerEvent } from './events.js';
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
  refresh?: { path: string; byCookie?: boolean; body?(refreshToken: string): object; tokens(content: any): Tokens };
}

/** Beside what every client is given. */
export interface ConnectionOptions extends ClientOptions {
  /** For a product whose sessions are cookies. */
  cookies?: CookieJar;
}

/** One call as a product's file writes it down. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: object | undefined;

  /** Sent as JSON; a {@link TextBody}, a form and a file as what they are. */
  body?: unknown;

  headers?: Record<string, string | undefined>;

  /** Whether the call needs no token, so that a 401 is its answer and no reason to refresh. */
  anonymous?: boolean;

  /** Whether the route takes an Idempotency-Key, which makes the call safe to repeat. */
  idempotent?: boolean;

  /** Whether a POST does nothing more when it comes a second time. */
  repeatable?: boolean;

  /** What the answer is read as, unless as its content type says. */
  answer?: 'blob';

  /** Milliseconds that it may take beyond the client's `timeout`: files take theirs, and some answers are asked to wait. */
  patience?: number;
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

  constructor(private readonly options: ConnectionOptions, private readonly dialect: Dialect) {
    this.#root = rootOf(options.baseURL);
    this.#timeout = positive('timeout', options.timeout ?? 10_000);
    this.#retries = whole('retries', options.retries ?? 2);
    this.#longestWait = options.longestWait ?? 30_000;
    if (options.tokens && options.authToken !== undefined)
      throw new TypeError('Give either tokens or authToken: the store holds the token already.');
    const store = options.tokens ?? new MemoryTokenStore(options.authToken === undefined ? undefined : { accessToken: options.authToken });
    const { refresh } = dialect;
    this.session = new Session(store, refresh && (async refreshToken => {
      const body = refreshToken === undefined ? undefined : refresh.body?.(refreshToken) ?? { refreshToken };
      const response = await this.send<Refreshed>({ method: 'POST', path: refresh.path, body, anonymous: true });
      return { tokens: refresh.tokens(response.data), response };
    }), refresh?.byCookie === true && options.credentials !== undefined && options.credentials !== 'omit');
  }

  /** @throws {ColonnadeError} Whatever went wrong. */
  async send<T>(call: Call, options: CallOptions = {}): Promise<ApiResponse<T>> {
    const headers = headersOf(call, 'application/json', options);
    const isRepeatable = call.idempotent || call.repeatable || call.method === 'GET' || call.method === 'PUT' || call.method === 'DELETE';
    const retries = isRepeatable ? this.#retriesOf(options) : 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#authorized(call, options, token => this.#exchange<T>(call, headers, token, options));
      } catch (error) {
        await this.#outwait(error, attempt, retries, options);
      }
    }
  }

  /**
   * Events as they happen. Where the stream breaks off, or nothing is heard for longer than `timeout` and `patience`, it goes on
   * after the last event; whoever has heard what they waited for stops listening.
   *
   * @throws {ColonnadeError} When it cannot be heard, `retries` times in a row.
   */
  async *events(call: Call, options: CallOptions = {}): AsyncGenerator<ServerEvent, void, undefined> {
    const headers = headersOf(call, 'text/event-stream', options);
    const retries = this.#retriesOf(options);
    let last: string | undefined;
    for (let attempt = 1; ; attempt++) {
      const parser = new EventParser(last);
      let broken: unknown = new ColonnadeError(`The events of ${this.#root} broke off`, { status: 0, code: 'NETWORK_ERROR' });
      try {
        if (last)
          headers.set('last-event-id', last);
        const { pieces } = await this.#authorized(call, options, token => this.#open(call, headers, token, options));
        for await (const piece of pieces) {
          for (const event of parser.push(piece)) {
            last = event.id;
            yield event;
          }
        }
      } catch (error) {
        broken = error;
      }
      if (parser.heard)
        attempt = 1;
      await this.#outwait(broken, attempt, retries, options, parser.retry);
    }
  }

  /** Waits as long as a passing failure asks for; throws every other, and what was tried often enough. */
  async #outwait(error: unknown, attempt: number, retries: number, { signal }: CallOptions, least = 0): Promise<void> {
    if (!(error instanceof ColonnadeError) || attempt > retries || !isPassing(error) || (error.retryAfter ?? 0) * 1_000 > this.#longestWait)
      throw error;
    await (this.options.delay ?? delay)(Math.max(least, pauseBefore(attempt, error.retryAfter)), signal);
  }

  async #authorized<R>(call: Call, { signal }: CallOptions, exchange: (token: string | undefined) => Promise<R>): Promise<R> {
    if (call.anonymous)
      return await exchange(undefined);
    const token = await this.session.accessToken();
    try {
      return await exchange(token);
    } catch (error) {
      if (!(error instanceof ColonnadeError) || error.status !== 401)
        throw error;
      const renewed = await orAborted(this.session.renew(token), signal);
      if (renewed === undefined)
        throw error;
      return await exchange(renewed);
    }
  }

  async #exchange<T>(call: Call, headers: Headers, token: string | undefined, options: CallOptions): Promise<ApiResponse<T>> {
    const deadline = new Deadline(this.#timeoutOf(call, options), options.signal);
    try {
      const response = await this.#fetch(call, headers, token, deadline.signal);
      if (call.answer === 'blob' && response.ok)
        return this.#given(response, await response.blob() as T);
      return this.#read<T>(response, await response.text());
    } catch (cause) {
      throw deadline.failure(cause, this.#root);
    } finally {
      deadline.lift();
    }
  }

  async #open(call: Call, headers: Headers, token: string | undefined, options: CallOptions): Promise<{ pieces: AsyncGenerator<string, void, undefined> }> {
    const deadline = new Deadline(options.timeout ?? this.#timeout, options.signal);
    try {
      const response = await this.#fetch(call, headers, token, deadline.signal);
      if (!response.ok)
        this.#read(response, await response.text());
      if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body)
        throw new ColonnadeError('The answer is no stream of events', { status: response.status, code: 'INVALID_ANSWER' });
      return { pieces: this.#pieces(response.body.getReader(), deadline, this.#timeoutOf(call, options)) };
    } catch (cause) {
      const failure = deadline.failure(cause, this.#root);
      deadline.end();
      throw failure;
    }
  }

  /** Of a text that comes in over time, and is given up when nothing has come for so many milliseconds. */
  async *#pieces(reader: ReadableStreamDefaultReader<Uint8Array>, deadline: Deadline, silence: number): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        deadline.restart(silence);
        const { value, done } = await reader.read();
        deadline.hold();
        if (done)
          return;
        yield decoder.decode(value, { stream: true });
      }
    } catch (cause) {
      const failure = deadline.failure(cause, this.#root);
      throw failure.code === 'TIMEOUT' ? new ColonnadeError(`Nothing was heard for ${silence} ms`, { status: 0, code: 'NETWORK_ERROR', cause }) : failure;
    } finally {
      deadline.end();
    }
  }

  async #fetch(call: Call, headers: Headers, token: string | undefined, signal: AbortSignal): Promise<Response> {
    const { fetch: send = fetch, cookies, credentials } = this.options;
    const url = this.#root + call.path + queryOf(call.query);
    const init: RequestInit & { headers: Headers } = { method: call.method, headers: new Headers(headers), signal };
    if (token !== undefined)
      init.headers.set('authorization', `Bearer ${token}`);
    const sent = cookies?.header(url);
    if (sent)
      init.headers.set('cookie', sent);
    if (call.body !== undefined)
      init.body = call.body instanceof TextBody ? call.body.text : isOfPlatform(call.body) ? call.body : JSON.stringify(call.body);
    if (credentials)
      init.credentials = credentials;
    const response = await send(url, init);
    cookies?.take(response.headers.getSetCookie?.() ?? [], url, sent);
    return response;
  }

  #timeoutOf(call: Call, { timeout }: CallOptions): number {
    return positive('timeout', timeout ?? this.#timeout + (call.patience ?? 0));
  }

  #retriesOf({ retries }: CallOptions): number {
    return whole('retries', retries ?? this.#retries);
  }

  #read<T>(response: Response, text: string): ApiResponse<T> {
    const isJson = /^application\/(.+\+)?json\b/.test(response.headers.get('content-type') ?? '');
    const body = isJson ? parsed(text) : text === '' ? null : text;
    if ((!response.ok && response.status !== 304) || body === undefined)
      throw this.#failure(response, body);
    return this.#given(response, (isJson && this.dialect.content ? this.dialect.content(body) : body) as T);
  }

  #given<T>({ status, headers }: Response, data: T): ApiResponse<T> {
    return { data, status, headers: Object.fromEntries(headers) };
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

function headersOf(call: Call, accept: string, options: CallOptions): Headers {
  const headers = new Headers({ accept });
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined)
      headers.set(name, value);
  }
  if (call.body instanceof TextBody)
    headers.set('content-type', call.body.type);
  else if (call.body !== undefined && !isOfPlatform(call.body))
    headers.set('content-type', 'application/json');
  if (call.idempotent)
    headers.set('idempotency-key', options.idempotencyKey ?? newKey());
  return headers;
}

/** What `fetch` knows how to send, and what to call it. */
function isOfPlatform(body: unknown): body is FormData | URLSearchParams | Blob {
  return body instanceof FormData || body instanceof URLSearchParams || body instanceof Blob;
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
