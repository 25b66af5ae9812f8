import type { Connection } from '../core/connection.js';
import { everyRow, type Span } from '../core/pages.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';

/** What the caller has ordered, the latest first. */
export class NarhubOrders {
  constructor(private readonly connection: Connection) {}

  list(params?: Span, options?: CallOptions): Promise<ApiResponse<{ orders: Body.Order[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/orders', query: params }, options);
  }

  all(params: Span = {}, options?: CallOptions): AsyncGenerator<Body.Order, void, undefined> {
    return everyRow(params, async part => (await this.list(part, options)).data.orders);
  }

  /** For bookkeeping: a row for each line of every order. */
  csv(options?: CallOptions): Promise<ApiResponse<string>> {
    return this.connection.send({ method: 'GET', path: '/api/orders', query: { format: 'csv' } }, options);
  }

  /** Empties the cart. With a `payment_method` the answer says how to pay. */
  create(data: Body.CreateOrderRequest, options?: CallOptions): Promise<ApiResponse<{ message: string; order: Body.PlacedOrder }>> {
    return this.connection.send({ method: 'POST', path: '/api/orders', body: data, idempotent: true }, options);
  }

  get(orderId: string, options?: CallOptions): Promise<ApiResponse<{ order: Body.Order }>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}` }, options);
  }

  /** While nothing is paid. */
  cancel(orderId: string, options?: CallOptions): Promise<ApiResponse<{ message: string; order: Body.Order }>> {
    return this.connection.send({ method: 'POST', path: path`/api/orders/${orderId}/cancel`, idempotent: true }, options);
  }

  /** What banking apps scan, as PNG. */
  qrCode(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/qr.png`, answer: 'blob' }, options);
  }

  /** As PDF, like the two below. */
  invoice(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/invoice`, answer: 'blob', patience: 20_000 }, options);
  }

  creditNote(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/credit-note`, answer: 'blob', patience: 20_000 }, options);
  }

  proforma(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/proforma`, answer: 'blob', patience: 20_000 }, options);
  }
}

/** Final prices for what has a range of them. */
export class NarhubQuotes {
  constructor(private readonly connection: Connection) {}

  list(params?: Span, options?: CallOptions): Promise<ApiResponse<{ quotes: Body.Quote[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/quotes', query: params }, options);
  }

  all(params: Span = {}, options?: CallOptions): AsyncGenerator<Body.Quote, void, undefined> {
    return everyRow(params, async part => (await this.list(part, options)).data.quotes);
  }

  /** Without items: for what is in the cart. */
  request(data: Body.QuoteWish = {}, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'POST', path: '/api/quotes', body: data, idempotent: true }, options);
  }

  get(quoteId: string, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'GET', path: path`/api/quotes/${quoteId}` }, options);
  }

  /** It becomes an order at the prices that were offered. */
  accept(quoteId: string, data: Body.Billing = {}, options?: CallOptions): Promise<ApiResponse<{ message: string; order: Body.PlacedOrder }>> {
    return this.connection.send({ method: 'POST', path: path`/api/quotes/${quoteId}/accept`, body: data, idempotent: true }, options);
  }

  withdraw(quoteId: string, options?: CallOptions): Promise<ApiResponse<{ quote: Body.Quote }>> {
    return this.connection.send({ method: 'POST', path: path`/api/quotes/${quoteId}/withdraw`, idempotent: true }, options);
  }
}
