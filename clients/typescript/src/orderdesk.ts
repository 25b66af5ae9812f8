import { Connection, type Call, type Dialect } from './core/connection.js';
import type { ApiResponse, CallOptions, ClientOptions } from './core/types.js';
import { path } from './core/url.js';
import type * as Body from './generated/orderdesk.js';

export type * from './generated/orderdesk.js';
export type { ApiClientConfig, ApiError, ApiResponse, CallOptions, ClientOptions } from './core/types.js';

/** The members that may be given; one that is given is not null. */
type Given<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

export type OrderStatus = Body.NewOrder['status'];
export type OrderField = 'orderId' | 'title' | 'price' | 'link' | 'status';
export type TokenScope = 'users:read' | 'users:write' | 'orders:read' | 'orders:write' | '*';
export type OrderDeskEvent =
  | 'user.created' | 'user.updated' | 'user.deleted' | 'order.created' | 'order.updated' | 'order.deleted' | 'order.restored';

export type UpdateUserRequest = Given<Body.UserChange>;
export type UpdateOrderRequest = Given<Omit<Body.OrderChange, 'status'>> & { status?: OrderStatus };
export type CreateTokenRequest = { name: string; scopes?: TokenScope[]; expiresAt?: string };
export type CreateWebhookRequest = { url: string; description?: string; eventTypes?: OrderDeskEvent[] };
export type UpdateWebhookRequest = Given<Omit<Body.WebhookChange, 'eventTypes'>> & { eventTypes?: OrderDeskEvent[] };

/** An answer with the version of what it shows, to be given back as `ifMatch` or `ifNoneMatch`. */
export interface Versioned<T> extends ApiResponse<T> {
  etag: string;
}

/** Makes a change conditional: 412 `PRECONDITION_FAILED` when somebody else was faster. */
export interface ChangeOptions extends CallOptions {
  ifMatch?: string;
}

/** With it, an answer with status 304 and `null` says that nothing has changed. */
export interface ReadOptions extends CallOptions {
  ifNoneMatch?: string;
}

export interface OrderFilter {
  status?: OrderStatus;

  /** Text in title or link. */
  q?: string;
  minPrice?: string;
  maxPrice?: string;
  filterBy?: OrderField;
  filterValue?: string;
}

export interface OrderListParams extends OrderFilter {
  /** From 1. */
  page?: number;

  /** At most 100, 30 unless given. */
  limit?: number;
  sortBy?: 'createdAt' | 'updatedAt' | 'title' | 'price' | 'status' | 'orderId';
  sortOrder?: 'asc' | 'desc';
}

const dialect: Dialect = {
  refusal: body => body?.errorCode === undefined ? undefined : {
    code: body.errorCode,
    message: body.error,
    details: body.errors ?? body.message,
    ...(body.errors?.length === 1 ? { field: body.errors[0].field } : {}),
  },
  content: body => body !== null && typeof body === 'object' && 'data' in body ? body.data : body,
  refresh: { path: '/api/auth/refresh', tokens: ({ accessToken, refreshToken }) => ({ accessToken, refreshToken }) },
};

/**
 * A client of OrderDesk: with a service token as `authToken`, or with a user's own after `auth.requestToken`. `data` of an
 * answer is what the product's envelope holds as `data`.
 */
export class OrderDesk {
  readonly auth: OrderDeskAuth;
  readonly users: OrderDeskUsers;
  readonly orders: OrderDeskOrders;
  readonly sessions: OrderDeskSessions;
  readonly tokens: OrderDeskTokens;
  readonly webhooks: OrderDeskWebhooks;

  constructor(options: ClientOptions) {
    const connection = new Connection<Body.TokenData>(options, dialect);
    this.auth = new OrderDeskAuth(connection);
    this.users = new OrderDeskUsers(connection);
    this.orders = new OrderDeskOrders(connection);
    this.sessions = new OrderDeskSessions(connection);
    this.tokens = new OrderDeskTokens(connection);
    this.webhooks = new OrderDeskWebhooks(connection);
  }
}

type OrderDeskConnection = Connection<Body.TokenData>;

async function versioned<T>(response: Promise<ApiResponse<T>>): Promise<Versioned<T>> {
  const given = await response;
  return { ...given, etag: given.headers['etag'] ?? '' };
}

/** Registration, one-time codes, and tokens for users' own hands. */
export class OrderDeskAuth {
  constructor(private readonly connection: OrderDeskConnection) {}

  register(data: Body.NewUser, options?: CallOptions): Promise<ApiResponse<Body.UserData>> {
    return this.#post('register', data, options);
  }

  /** Says whose address and password these are; it begins no session. See {@link requestToken}. */
  login(data: { email: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.UserData>> {
    return this.#post('login', data, options);
  }

  forgotPassword(email: string, options?: CallOptions): Promise<ApiResponse<Body.MailedData>> {
    return this.#post('forgot-password', { email }, options);
  }

  sendResetCode(email: string, options?: CallOptions): Promise<ApiResponse<Body.MailedData>> {
    return this.#post('send-reset-code', { email }, options);
  }

  resetPassword(data: Body.PasswordReplacement, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('reset-password', data, options);
  }

  verifyEmail(data: Body.TypedCode, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('verify-email', data, options);
  }

  resendVerificationCode(email: string, options?: CallOptions): Promise<ApiResponse<Body.MailedData>> {
    return this.#post('resend-verification-code', { email }, options);
  }

  registerConfirmation(uuid: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.#post('register-confirmation', { uuid }, options);
  }

  resendConfirmationEmail(email: string, options?: CallOptions): Promise<ApiResponse<Body.MailedData>> {
    return this.#post('resend-confirmation-email', { email }, options);
  }

  /** Begins a session of the user; its tokens are kept and used from here on, in place of a service token. */
  async requestToken(data: { email: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.TokenData>> {
    const response = await this.#post<Body.TokenData>('token', data, options);
    const { accessToken, refreshToken } = response.data;
    await this.connection.session.begin({ accessToken, refreshToken });
    return response;
  }

  /** Calls do this by themselves when they have to. */
  refreshToken(): Promise<ApiResponse<Body.TokenData>> {
    return this.connection.session.force();
  }

  /** Ends the user's session here and there. */
  async logout(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    const response = await this.connection.send<Body.Done>({ method: 'POST', path: '/api/auth/logout' }, options);
    await this.connection.session.end();
    return response;
  }

  #post<T>(name: string, body: unknown, options: CallOptions | undefined): Promise<ApiResponse<T>> {
    return this.connection.send<T>({ method: 'POST', path: `/api/auth/${name}`, body, anonymous: true }, options);
  }
}

/** A service sees every user, a user itself. */
export class OrderDeskUsers {
  constructor(private readonly connection: OrderDeskConnection) {}

  get(userId: string, options?: CallOptions): Promise<Versioned<Body.UserData>>;
  get(userId: string, options: ReadOptions): Promise<Versioned<Body.UserData | null>>;
  get(userId: string, { ifNoneMatch, ...options }: ReadOptions = {}): Promise<Versioned<Body.UserData | null>> {
    const call: Call = { method: 'GET', path: path`/api/user/${userId}`, headers: { 'if-none-match': ifNoneMatch } };
    return versioned(this.connection.send(call, options));
  }

  update(userId: string, data: UpdateUserRequest, { ifMatch, ...options }: ChangeOptions = {}): Promise<Versioned<Body.UserData>> {
    const call: Call = { method: 'PATCH', path: path`/api/user/${userId}`, body: data, headers: { 'if-match': ifMatch } };
    return versioned(this.connection.send(call, options));
  }

  delete(userId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/user/${userId}` }, options);
  }
}

/** A service sees every order, a user those made with the own token. */
export class OrderDeskOrders {
  constructor(private readonly connection: OrderDeskConnection) {}

  create(data: Body.NewOrder, options?: CallOptions): Promise<Versioned<Body.OrderData>> {
    return versioned(this.connection.send({ method: 'POST', path: '/api/order', body: data, idempotent: true }, options));
  }

  get(orderId: string, options?: CallOptions): Promise<Versioned<Body.OrderData>>;
  get(orderId: string, options: ReadOptions): Promise<Versioned<Body.OrderData | null>>;
  get(orderId: string, { ifNoneMatch, ...options }: ReadOptions = {}): Promise<Versioned<Body.OrderData | null>> {
    const call: Call = { method: 'GET', path: path`/api/order/${orderId}`, headers: { 'if-none-match': ifNoneMatch } };
    return versioned(this.connection.send(call, options));
  }

  update(orderId: string, data: UpdateOrderRequest, { ifMatch, ...options }: ChangeOptions = {}): Promise<Versioned<Body.OrderData>> {
    const call: Call = { method: 'PATCH', path: path`/api/order/${orderId}`, body: data, headers: { 'if-match': ifMatch } };
    return versioned(this.connection.send(call, options));
  }

  delete(orderId: string, { ifMatch, ...options }: ChangeOptions = {}): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/order/${orderId}`, headers: { 'if-match': ifMatch } }, options);
  }

  /** Takes a deletion of the last 30 days back. */
  restore(orderId: string, options?: CallOptions): Promise<Versioned<Body.OrderData>> {
    return versioned(this.connection.send({ method: 'POST', path: path`/api/order/${orderId}/restore`, idempotent: true }, options));
  }

  /** Who changed what, the latest first. */
  history(orderId: string, params?: { page?: number; limit?: number }, options?: CallOptions): Promise<ApiResponse<Body.OrderHistoryData>> {
    return this.connection.send({ method: 'GET', path: path`/api/order/${orderId}/history`, query: params }, options);
  }

  list(params?: OrderListParams, options?: CallOptions): Promise<ApiResponse<Body.OrderListData>> {
    return this.connection.send({ method: 'GET', path: '/api/orders', query: params }, options);
  }

  /** Every order that the filter leaves, page by page as they are asked for. */
  async *all(params?: OrderListParams, options?: CallOptions): AsyncGenerator<Body.OrderData, void, undefined> {
    for (let page = params?.page ?? 1; ; page++) {
      const { orders, pagination } = (await this.list({ ...params, page }, options)).data;
      yield* orders;
      if (page >= pagination.totalPages)
        return;
    }
  }

  /** What the filter leaves, as CSV. */
  export(filter?: OrderFilter, options?: CallOptions): Promise<ApiResponse<string>> {
    return this.connection.send({ method: 'GET', path: '/api/orders/export', query: filter }, options);
  }
}

/** Where the user's tokens are in use. */
export class OrderDeskSessions {
  constructor(private readonly connection: OrderDeskConnection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.SessionList>> {
    return this.connection.send({ method: 'GET', path: '/api/auth/sessions' }, options);
  }

  revoke(sessionId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/auth/sessions/${sessionId}` }, options);
  }

  revokeOthers(options?: CallOptions): Promise<ApiResponse<Body.RevokedSessions>> {
    return this.connection.send({ method: 'DELETE', path: '/api/auth/sessions' }, options);
  }
}

/** Named tokens for services, each with scopes and an end. */
export class OrderDeskTokens {
  constructor(private readonly connection: OrderDeskConnection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.TokenList>> {
    return this.connection.send({ method: 'GET', path: '/api/tokens' }, options);
  }

  /** The token itself stands in this answer only. */
  create(data: CreateTokenRequest, options?: CallOptions): Promise<ApiResponse<Body.ApiTokenData & { token: string }>> {
    return this.connection.send({ method: 'POST', path: '/api/tokens', body: data }, options);
  }

  get(tokenId: string, options?: CallOptions): Promise<ApiResponse<Body.ApiTokenData>> {
    return this.connection.send({ method: 'GET', path: path`/api/tokens/${tokenId}` }, options);
  }

  revoke(tokenId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/tokens/${tokenId}` }, options);
  }
}

/** Where users and orders are told of (Standard Webhooks). */
export class OrderDeskWebhooks {
  constructor(private readonly connection: OrderDeskConnection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.WebhookList>> {
    return this.connection.send({ method: 'GET', path: '/api/webhooks' }, options);
  }

  /** The secret stands in this answer only. */
  create(data: CreateWebhookRequest, options?: CallOptions): Promise<ApiResponse<Body.WebhookData & { secret: string }>> {
    return this.connection.send({ method: 'POST', path: '/api/webhooks', body: data }, options);
  }

  get(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookData>> {
    return this.connection.send({ method: 'GET', path: path`/api/webhooks/${webhookId}` }, options);
  }

  update(webhookId: string, data: UpdateWebhookRequest, options?: CallOptions): Promise<ApiResponse<Body.WebhookData>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/webhooks/${webhookId}`, body: data }, options);
  }

  delete(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/webhooks/${webhookId}` }, options);
  }

  /** Another secret; the former one is good for 24 hours more. */
  rotateSecret(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookSecret>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhooks/${webhookId}/secret` }, options);
  }

  sendTest(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookMessage>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhooks/${webhookId}/test` }, options);
  }

  /** What was sent, the latest first; `before` is the `messageId` to go on from. */
  deliveries(webhookId: string, params?: { limit?: number; before?: string }, options?: CallOptions): Promise<ApiResponse<Body.DeliveryList>> {
    return this.connection.send({ method: 'GET', path: path`/api/webhooks/${webhookId}/deliveries`, query: params }, options);
  }

  attempts(webhookId: string, messageId: string, options?: CallOptions): Promise<ApiResponse<{ attempts: Required<Body.WebhookAttempt>[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/webhooks/${webhookId}/deliveries/${messageId}/attempts` }, options);
  }

  resend(webhookId: string, messageId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhooks/${webhookId}/deliveries/${messageId}/resend` }, options);
  }
}
