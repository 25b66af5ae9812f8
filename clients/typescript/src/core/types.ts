import type { TokenStore } from './session.js';

/** How a client is set up, as the document of Fragrances prints it. {@link ClientOptions} has more and asks for less. */
export interface ApiClientConfig {
  baseURL: string;
  timeout: number;
  retries: number;
  authToken?: string;
}

/** What a call gives when it succeeds. Names of headers are in lower case. */
export interface ApiResponse<T> {
  data: T;
  status: number;
  headers: Record<string, string>;
}

/** What a call fails with; a `ColonnadeError` is one. */
export interface ApiError {
  message: string;
  status: number;
  code: string;
  details?: any;
}

/** How a client is set up: an {@link ApiClientConfig} will do, and so will a `baseURL` alone. */
export interface ClientOptions extends Partial<ApiClientConfig> {
  /** Where the product is, with or without `/api` at its end. */
  baseURL: string;

  /** Milliseconds for one attempt, from sending it to the last byte of the answer; 10,000 unless given. */
  timeout?: number;

  /** How often a call that is safe to repeat is repeated at most; 2 unless given. */
  retries?: number;

  /** A token to begin with: a service's, or an access token from elsewhere. */
  authToken?: string;

  /** Where the tokens of a session are kept; in memory unless given. */
  tokens?: TokenStore;

  /** Milliseconds a `Retry-After` may ask for and still be waited; 30,000 unless given. A longer one fails at once. */
  longestWait?: number;

  /**
   * Whether the browser sends its cookies along. When it is said, Fragrances refreshes by its cookie, without a token in the store;
   * Narhub's session is a cookie, and so it is `include` there unless given.
   */
  credentials?: RequestCredentials;

  /** Sends requests; the platform's `fetch` unless given. */
  fetch?: typeof fetch;

  /** Waits between attempts; replaceable so that tests need not. */
  delay?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** What can be said of one call. */
export interface CallOptions {
  /** Ends the call, also while it waits for its next attempt. */
  signal?: AbortSignal;

  /** Instead of the client's. */
  timeout?: number;

  /** Instead of the client's. */
  retries?: number;

  /** Instead of the one that the client makes up. Only calls of idempotent routes send one. */
  idempotencyKey?: string;
}
