import type { Connection } from '../core/connection.js';
import { everyRow } from '../core/pages.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import { NarhubAdminInvoices, NarhubAdminOrders, NarhubAdminPayments, NarhubAdminStatements } from './adminOrders.js';
import type * as Body from './bodies.js';

/** An operator's side; everybody else gets 403 `FORBIDDEN`. */
export class NarhubAdmin {
  readonly products: NarhubAdminProducts;
  readonly users: NarhubAdminUsers;
  readonly orders: NarhubAdminOrders;
  readonly payments: NarhubAdminPayments;
  readonly statements: NarhubAdminStatements;
  readonly invoices: NarhubAdminInvoices;
  readonly quotes: NarhubAdminQuotes;
  readonly webhooks: NarhubAdminWebhooks;

  constructor(connection: Connection) {
    this.products = new NarhubAdminProducts(connection);
    this.users = new NarhubAdminUsers(connection);
    this.orders = new NarhubAdminOrders(connection);
    this.payments = new NarhubAdminPayments(connection);
    this.statements = new NarhubAdminStatements(connection);
    this.invoices = new NarhubAdminInvoices(connection);
    this.quotes = new NarhubAdminQuotes(connection);
    this.webhooks = new NarhubAdminWebhooks(connection);
  }
}

/** The catalogue. A product is withdrawn, never deleted: orders name it. */
export class NarhubAdminProducts {
  constructor(private readonly connection: Connection) {}

  list(options?: CallOptions): Promise<ApiResponse<{ products: Body.AdminProduct[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/products' }, options);
  }

  add(data: Body.AddProductRequest, options?: CallOptions): Promise<ApiResponse<{ product: Body.AdminProduct }>> {
    return this.connection.send({ method: 'POST', path: '/api/admin/products', body: data, idempotent: true }, options);
  }

  get(slug: string, options?: CallOptions): Promise<ApiResponse<{ product: Body.AdminProduct }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/products/${slug}` }, options);
  }

  /** Absent members keep what is there. */
  update(slug: string, data: Body.ProductChange, options?: CallOptions): Promise<ApiResponse<{ product: Body.AdminProduct }>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/admin/products/${slug}`, body: data }, options);
  }

  withdraw(slug: string, options?: CallOptions): Promise<ApiResponse<{ product: Body.AdminProduct }>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/admin/products/${slug}` }, options);
  }

  restore(slug: string, options?: CallOptions): Promise<ApiResponse<{ product: Body.AdminProduct }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/products/${slug}/restore`, repeatable: true }, options);
  }
}

/** Who there is, who is an operator, who is shut out. */
export class NarhubAdminUsers {
  constructor(private readonly connection: Connection) {}

  /** The newest first; `next` is the `after` to go on from. */
  list(params?: Body.AdminUserFilter & { limit?: number; after?: string }, options?: CallOptions): Promise<ApiResponse<{ users: Body.AdminUser[]; next: string | null }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/users', query: params }, options);
  }

  async *all(filter?: Body.AdminUserFilter, options?: CallOptions): AsyncGenerator<Body.AdminUser, void, undefined> {
    for (let after: string | null | undefined; after !== null;) {
      const { users, next } = (await this.list({ ...filter, ...(after === undefined ? {} : { after }) }, options)).data;
      yield* users;
      after = next;
    }
  }

  get(userId: string, options?: CallOptions): Promise<ApiResponse<{ user: Body.AdminUser }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/users/${userId}` }, options);
  }

  update(userId: string, data: { role?: Body.Role; banned?: boolean }, options?: CallOptions): Promise<ApiResponse<{ user: Body.AdminUser }>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/admin/users/${userId}`, body: data }, options);
  }
}

/** Requests for quotes, and the answers to them. */
export class NarhubAdminQuotes {
  constructor(private readonly connection: Connection) {}

  list(params?: Body.AdminQuoteParams, options?: CallOptions): Promise<ApiResponse<{ quotes: Body.Quote[]; total: number }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/quotes', query: params }, options);
  }

  all(params: Body.AdminQuoteParams = {}, options?: CallOptions): AsyncGenerator<Body.Quote, void, undefined> {
    return everyRow(params, async part => (await this.list({ ...params, ...part }, options)).data.quotes);
  }

  get(quoteId: string, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/quotes/${quoteId}` }, options);
  }

  /** One final price for each item; good for 30 days unless said otherwise. */
  offer(quoteId: string, data: Body.NewOffer, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/quotes/${quoteId}/offer`, body: data, idempotent: true }, options);
  }

  refuse(quoteId: string, message: string, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/quotes/${quoteId}/refuse`, body: { message }, idempotent: true }, options);
  }
}

/** Where orders, payments, invoices and quotes are told of (Standard Webhooks). */
export class NarhubAdminWebhooks {
  constructor(private readonly connection: Connection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.WebhookList>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/webhooks' }, options);
  }

  /** The secret stands in this answer only. */
  create(data: Body.CreateWebhookRequest, options?: CallOptions): Promise<ApiResponse<{ webhook: Body.WebhookData & { secret: string } }>> {
    return this.connection.send({ method: 'POST', path: '/api/admin/webhooks', body: data }, options);
  }

  get(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookAnswer>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/webhooks/${webhookId}` }, options);
  }

  update(webhookId: string, data: Body.UpdateWebhookRequest, options?: CallOptions): Promise<ApiResponse<Body.WebhookAnswer>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/admin/webhooks/${webhookId}`, body: data }, options);
  }

  delete(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/admin/webhooks/${webhookId}` }, options);
  }

  /** Another secret; the former one is good for 24 hours more. */
  rotateSecret(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookSecret>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/webhooks/${webhookId}/rotate-secret` }, options);
  }

  sendTest(webhookId: string, options?: CallOptions): Promise<ApiResponse<Body.WebhookMessage>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/webhooks/${webhookId}/test` }, options);
  }
}
