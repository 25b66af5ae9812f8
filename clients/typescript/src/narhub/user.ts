import type { Connection } from '../core/connection.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import type * as Body from './bodies.js';

/** Who the caller is. */
export class NarhubUser {
  constructor(private readonly connection: Connection) {}

  profile(options?: CallOptions): Promise<ApiResponse<{ user: Body.User }>> {
    return this.connection.send({ method: 'GET', path: '/api/user/profile' }, options);
  }

  /** Absent members keep what is there; `company: null` clears. */
  updateProfile(data: { name?: string; company?: string | null }, options?: CallOptions): Promise<ApiResponse<{ message: string; user: Body.ChangedUser }>> {
    return this.connection.send({ method: 'PUT', path: '/api/user/profile', body: data }, options);
  }

  /** Every other session ends. A wrong current password is 401 `INVALID_CREDENTIALS`, and the session lives on. */
  changePassword(data: { currentPassword: string; newPassword: string }, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'PUT', path: '/api/user/password', body: data }, { retries: 0, ...options });
  }

  /** Everything that is kept of the caller. */
  export(options?: CallOptions): Promise<ApiResponse<Body.UserExport>> {
    return this.connection.send({ method: 'GET', path: '/api/user/export' }, options);
  }

  /** Erases the account; what bookkeeping keeps no longer says whose it was. */
  erase(currentPassword: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: '/api/user', body: { currentPassword } }, options);
  }
}
