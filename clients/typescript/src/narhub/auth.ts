import type { Connection } from '../core/connection.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import type * as Body from './bodies.js';

/** Accounts and sessions. */
export class NarhubAuth {
  constructor(private readonly connection: Connection) {}

  /** It begins no session. */
  register(data: Body.RegisterRequest, options?: CallOptions): Promise<ApiResponse<Body.Registered>> {
    return this.#post('register', data, options);
  }

  /** Begins a session: the answer sets its cookie. */
  signIn(data: { email: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.SignedIn>> {
    return this.#post('signin', data, options);
  }

  /** Ends the session; without one it does no harm. */
  signOut(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/signout', repeatable: true }, options);
  }

  session(options?: CallOptions): Promise<ApiResponse<Body.SessionAnswer>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/session' }, options);
  }

  /** Proves the address with the token of the mailed link. */
  verifyEmail(token: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('verify-email', { token }, options);
  }

  resendVerification(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/resend-verification' }, options);
  }

  /** Has a link mailed to whoever has this address; the answer is the same when nobody has. */
  forgotPassword(email: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('forgot-password', { email }, options);
  }

  /** Sets a new password with the token of the mailed link; every session of the account ends. */
  resetPassword(data: { token: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('reset-password', data, options);
  }

  #post<T>(name: string, body: object, options: CallOptions | undefined): Promise<ApiResponse<T>> {
    return this.connection.send<T>({ method: 'POST', path: `/api/auth/${name}`, body, anonymous: true }, options);
  }
}

/** Where a form leads when it was taken. */
export interface AuthJsForm extends CallOptions {
  /** The front page unless given. */
  callbackUrl?: string;
}

/** What the browser client of Auth.js calls: the same sessions, by forms that carry a token against forgery. */
export class NarhubAuthJs {
  constructor(private readonly connection: Connection) {}

  /** The token that forms carry; its cookie is kept beside the session's. */
  csrf(options?: CallOptions): Promise<ApiResponse<Body.AuthJsCsrf>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/csrf' }, options);
  }

  providers(options?: CallOptions): Promise<ApiResponse<Record<string, Body.AuthJsProvider>>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/providers' }, options);
  }

  /** Fetches the token and begins a session with it. */
  signIn(data: { email: string; password: string }, { callbackUrl, ...options }: AuthJsForm = {}): Promise<ApiResponse<Body.AuthJsUrl>> {
    return this.#post('callback/credentials', { ...data, callbackUrl }, options);
  }

  /** Fetches the token and ends the session with it. */
  signOut({ callbackUrl, ...options }: AuthJsForm = {}): Promise<ApiResponse<Body.AuthJsUrl>> {
    return this.#post('signout', { callbackUrl }, options);
  }

  async #post(name: string, fields: Record<string, string | undefined>, options: CallOptions): Promise<ApiResponse<Body.AuthJsUrl>> {
    const { data: { csrfToken } } = await this.csrf(options);
    const form = new URLSearchParams({ csrfToken, json: 'true' });
    for (const [field, value] of Object.entries(fields)) {
      if (value !== undefined)
        form.set(field, value);
    }
    return await this.connection.send({ method: 'POST', path: `/api/auth/${name}`, body: form, anonymous: true }, options);
  }
}
