import type { ApiResponse, CallOptions } from '../core/types.js';
import type * as Body from './bodies.js';
import type { StudioConnection } from './bodies.js';

/** Accounts and sessions. */
export class StudioAuth {
  constructor(private readonly connection: StudioConnection) {}

  /** Begins a session too; its tokens are kept and used from here on. */
  register(data: Body.RegisterRequest, options?: CallOptions): Promise<ApiResponse<Body.SignedIn>> {
    return this.#begin('register', data, options);
  }

  /** Begins a session; its tokens are kept and used from here on. */
  login(data: { email: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.SignedIn>> {
    return this.#begin('login', data, options);
  }

  /** Ends the session here and there. */
  async logout(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    const response = await this.connection.send<Body.Done>({ method: 'POST', path: '/api/auth/logout' }, options);
    await this.connection.session.end();
    return response;
  }

  /** Calls do this by themselves when they have to. */
  refreshToken(): Promise<ApiResponse<Body.SignedIn>> {
    return this.connection.session.force();
  }

  /** Has a link mailed to whoever has this address; the answer is the same when nobody has. */
  forgotPassword(email: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/forgot-password', body: { email }, anonymous: true }, options);
  }

  /** Sets a new password with the token of the mailed link; every session of the account ends. */
  resetPassword(data: { token: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/reset-password', body: data, anonymous: true }, options);
  }

  async #begin(name: string, data: object, options: CallOptions | undefined): Promise<ApiResponse<Body.SignedIn>> {
    const response = await this.connection.send<Body.SignedIn>({ method: 'POST', path: `/api/auth/${name}`, body: data, anonymous: true }, options);
    const { accessToken, refreshToken } = response.data.session;
    await this.connection.session.begin({ accessToken, refreshToken });
    return response;
  }
}

/** Who the caller is. */
export class StudioProfile {
  constructor(private readonly connection: StudioConnection) {}

  get(options?: CallOptions): Promise<ApiResponse<Body.User>> {
    return this.connection.send({ method: 'GET', path: '/api/users/profile' }, options);
  }

  /** Absent members keep what is there. Another address holds at once; the former one is told. */
  update(data: Body.UpdateProfileRequest, options?: CallOptions): Promise<ApiResponse<Body.UpdatedUser>> {
    return this.connection.send({ method: 'PUT', path: '/api/users/profile', body: data }, options);
  }
}
