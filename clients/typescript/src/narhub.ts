import { Connection, type Dialect } from './core/connection.js';
import { CookieJar } from './core/cookies.js';
import { onlyName } from './core/errors.js';
import type { ClientOptions } from './core/types.js';
import { NarhubAdmin } from './narhub/admin.js';
import { NarhubAuth, NarhubAuthJs } from './narhub/auth.js';
import { NarhubOrders, NarhubQuotes } from './narhub/orders.js';
import { NarhubCart, NarhubProducts } from './narhub/shop.js';
import { NarhubUser } from './narhub/user.js';

export type * from './narhub/admin.js';
export type * from './narhub/adminOrders.js';
export type * from './narhub/auth.js';
export type * from './narhub/bodies.js';
export type * from './narhub/orders.js';
export type * from './narhub/shop.js';
export type * from './narhub/user.js';
export { CookieJar } from './core/cookies.js';
export type { ApiError, ApiResponse, CallOptions } from './core/types.js';

/** Sessions of Narhub are cookies: there are no tokens to give. */
export interface NarhubOptions extends Omit<ClientOptions, 'authToken' | 'tokens'> {
  /** Where the session's cookie is kept outside browsers; in memory, of this client alone, unless given. */
  cookies?: CookieJar;
}

const dialect: Dialect = {
  refusal(body) {
    if (typeof body?.code === 'string') {
      const field = onlyName(body.errors);
      return { code: body.code, message: body.message, details: body.errors, ...(field === undefined ? {} : { field }) };
    }
    // What the routes of Auth.js answer to a wrong password.
    const code = typeof body?.url === 'string' && URL.canParse(body.url) ? new URL(body.url).searchParams.get('error') : null;
    return code === null ? undefined : { code, message: 'Sign-in failed', details: body };
  },
};

/** A client of Narhub. After `auth.signIn` every call has the session's cookie: the browser's, or the one in `cookies`. */
export class Narhub {
  readonly auth: NarhubAuth;
  readonly authJs: NarhubAuthJs;
  readonly user: NarhubUser;
  readonly products: NarhubProducts;
  readonly cart: NarhubCart;
  readonly orders: NarhubOrders;
  readonly quotes: NarhubQuotes;
  readonly admin: NarhubAdmin;

  /** What keeps the session where no browser does. */
  readonly cookies: CookieJar;

  constructor(options: NarhubOptions) {
    this.cookies = options.cookies ?? new CookieJar();
    const connection = new Connection({ credentials: 'include', ...options, cookies: this.cookies }, dialect);
    this.auth = new NarhubAuth(connection);
    this.authJs = new NarhubAuthJs(connection);
    this.user = new NarhubUser(connection);
    this.products = new NarhubProducts(connection);
    this.cart = new NarhubCart(connection);
    this.orders = new NarhubOrders(connection);
    this.quotes = new NarhubQuotes(connection);
    this.admin = new NarhubAdmin(connection);
  }
}
