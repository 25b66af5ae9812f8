import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { StudioConnection } from './bodies.js';

/**
 * Orders, as customer and as provider. What moves one on gives the order as it is then; a move that is not possible is 409
 * `INVALID_STATE`, with `details` of where it would lead and where one may go instead.
 */
export class StudioOrders {
  constructor(private readonly connection: StudioConnection) {}

  /** Reserves the payment too: pay with the intent, or `payments.confirm` it. */
  create(data: Body.CreateOrderRequest, options?: CallOptions): Promise<ApiResponse<Body.OrderPlaced>> {
    return this.connection.send({ method: 'POST', path: '/api/orders', body: data, idempotent: true, patience: 10_000 }, options);
  }

  list(params?: Body.OrderFilter & Body.PageParams, options?: CallOptions): Promise<ApiResponse<Body.OrderList>> {
    return this.connection.send({ method: 'GET', path: '/api/orders', query: params }, options);
  }

  /** The newest first, a page at a time as they are asked for. */
  async *all(filter?: Body.OrderFilter, options?: CallOptions): AsyncGenerator<Body.Order, void, undefined> {
    for (let page = 1; ; page++) {
      const { orders, pagination } = (await this.list({ ...filter, page, limit: 100 }, options)).data;
      yield* orders;
      if (page >= (pagination?.totalPages ?? 0))
        return;
    }
  }

  get(orderId: string, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}` }, options);
  }

  /** Everything that happened to it. */
  events(orderId: string, options?: CallOptions): Promise<ApiResponse<{ events: Body.OrderEvent[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/events` }, options);
  }

  /** The customer: what did not come with the order. The time to deliver begins. */
  giveRequirements(orderId: string, details: Body.Details, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'requirements', { details }, options);
  }

  /** The provider: what was uploaded as `deliverable` since the last delivery, or what the message says. */
  deliver(orderId: string, { message, ...options }: CallOptions & { message?: string } = {}): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'deliver', { message }, options);
  }

  /** The customer: uses one revision of the package. */
  requestChanges(orderId: string, message: string, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'request-changes', { message }, options);
  }

  /** The customer. */
  accept(orderId: string, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'accept', undefined, options);
  }

  /** Either, before a delivery; what was paid goes back. */
  cancel(orderId: string, { reason, ...options }: CallOptions & { reason?: string } = {}): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'cancel', { reason }, options);
  }

  /** The customer, from 1 to 5. */
  review(orderId: string, data: { rating: number; text?: string }, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'review', data, options);
  }

  /** The customer: an operator decides. */
  dispute(orderId: string, reason: string, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.#move(orderId, 'dispute', { reason }, options);
  }

  #move(orderId: string, action: string, body: object | undefined, options: CallOptions | undefined): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.connection.send({ method: 'POST', path: path`/api/orders/${orderId}/${action}`, body, idempotent: true }, options);
  }
}

/** The payer's side of a payment. */
export class StudioPayments {
  constructor(private readonly connection: StudioConnection) {}

  /** The open intent of an order; `amount` is `order.amount`, or else 400 `AMOUNT_MISMATCH`. */
  createIntent(data: { orderId: string; amount: number }, options?: CallOptions): Promise<ApiResponse<Body.IntentSecret>> {
    return this.connection.send({ method: 'POST', path: '/api/payments/create-intent', body: data, idempotent: true, patience: 10_000 }, options);
  }

  /** How a payment stands; with a `paymentMethodId` it is tried first. A declined card is no failure: see `status` and `declineMessage`. */
  confirm(data: { paymentIntentId: string; paymentMethodId?: string; returnUrl?: string }, options?: CallOptions): Promise<ApiResponse<Body.Confirmed>> {
    return this.connection.send({ method: 'POST', path: '/api/payments/confirm', body: data, idempotent: true, patience: 20_000 }, options);
  }
}

/** Money that goes back without moving the order. */
export class StudioRefunds {
  constructor(private readonly connection: StudioConnection) {}

  list(orderId: string, options?: CallOptions): Promise<ApiResponse<{ refunds: Body.Refund[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/refunds` }, options);
  }

  /** An operator; without an amount all that is left. */
  request(orderId: string, data: { amount?: number; reason?: string } = {}, options?: CallOptions): Promise<ApiResponse<{ refunds: Body.Refund[] }>> {
    return this.connection.send({ method: 'POST', path: path`/api/orders/${orderId}/refunds`, body: data, idempotent: true }, options);
  }
}

/** Where customer and provider do not agree; an operator's. */
export class StudioDisputes {
  constructor(private readonly connection: StudioConnection) {}

  /** Those that wait, the longest first. */
  list(options?: CallOptions): Promise<ApiResponse<{ disputes: Body.Dispute[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/disputes' }, options);
  }

  /** With `completed` a part may go back, with `refunded` everything does. */
  resolve(orderId: string, data: { outcome: 'completed' | 'refunded'; refundAmount?: number; note?: string }, options?: CallOptions): Promise<ApiResponse<Body.OrderAnswer>> {
    return this.connection.send({ method: 'POST', path: path`/api/orders/${orderId}/resolve`, body: data, idempotent: true }, options);
  }
}
