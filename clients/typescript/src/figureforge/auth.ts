import type { ApiResponse, CallOptions } from '../core/types.js';
import type * as Body from './bodies.js';
import type { FigureForgeConnection } from './bodies.js';

/** Six digits by mail are the way in; asking for them is how an account begins. */
export class FigureForgeAuth {
  constructor(private readonly connection: FigureForgeConnection) {}

  /** Has a code mailed, good for ten minutes. */
  requestCode(email: string, options?: CallOptions): Promise<ApiResponse<Body.CodeSent>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/magic-link/request/', body: { email }, anonymous: true }, options);
  }

  /** Begins a session with the code; its tokens are kept and used from here on. A wrong code is 401, with `details.reason`. */
  async signIn(data: { email: string; code: string }, options?: CallOptions): Promise<ApiResponse<Body.SignedIn>> {
    const response = await this.connection.send<Body.SignedIn>({ method: 'POST', path: '/api/auth/magic-link/verify/', body: data, anonymous: true }, options);
    const { access_token: accessToken, refresh_token: refreshToken } = response.data;
    await this.connection.session.begin({ accessToken, refreshToken });
    return response;
  }

  checkUser(email: string, options?: CallOptions): Promise<ApiResponse<Body.UserExists>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/magic-link/check-user/', body: { email }, anonymous: true }, options);
  }

  /** Whether the session is good, or a token from elsewhere; 401 when not. */
  verify(token?: string, options?: CallOptions): Promise<ApiResponse<Body.VerifiedToken>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/verify/', body: token === undefined ? undefined : { token }, anonymous: token !== undefined, repeatable: true }, options);
  }

  /** Calls do this by themselves when they have to. */
  refreshToken(): Promise<ApiResponse<Body.SignedIn>> {
    return this.connection.session.force();
  }

  /** Ends the session here and there. */
  async logout(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    const response = await this.connection.send<Body.Done>({ method: 'POST', path: '/api/auth/logout/' }, options);
    await this.connection.session.end();
    return response;
  }
}

/** Who the caller is, and what they have used. */
export class FigureForgeProfile {
  constructor(private readonly connection: FigureForgeConnection) {}

  get(options?: CallOptions): Promise<ApiResponse<Body.User>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/user/' }, options);
  }

  /** Absent members keep what is there. */
  update(data: { username?: string; display_name?: string }, options?: CallOptions): Promise<ApiResponse<Body.User>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/user/update/', body: data, idempotent: true }, options);
  }

  stats(options?: CallOptions): Promise<ApiResponse<Body.UserStats>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/user/stats/' }, options);
  }

  /** Deletes the account for good, and ends the session here. */
  async delete(confirmation: { confirm: true }, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    const response = await this.connection.send<Body.Done>({ method: 'DELETE', path: '/api/auth/delete/', body: confirmation }, options);
    await this.connection.session.end();
    return response;
  }
}
