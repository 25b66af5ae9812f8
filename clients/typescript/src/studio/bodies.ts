import type { Connection } from '../core/connection.js';
import type * as Body from '../generated/studio.js';

export type * from '../generated/studio.js';

export type StudioConnection = Connection<Body.SignedIn>;

export type Role = 'customer' | 'provider' | 'operator';
export type OrderStatus =
  | 'pending_payment' | 'pending_requirements' | 'in_progress' | 'delivered' | 'changes_requested' | 'completed' | 'reviewed'
  | 'payment_expired' | 'canceled' | 'disputed' | 'refunded';
export type PaymentStatus = 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'requires_capture' | 'canceled' | 'succeeded';

/** Any slug will do; these have a meaning. */
export type ContentType = 'requirement' | 'reference' | 'draft' | 'deliverable' | 'attachment' | (string & {});
export type StudioEvent = 'order.created' | 'order.message_sent' | 'order.refund_sent' | `order.${Exclude<OrderStatus, 'pending_payment'>}`;

/** What a service wants to know of an order; it comes back as it was sent. */
export type Details = Record<string, unknown>;

export type Order = Omit<Body.Order, 'status' | 'details'> & { status: OrderStatus; details: Details };
export type OrderProgress = Omit<Body.OrderProgress, 'steps'> & { steps: (Omit<Body.OrderStep, 'status'> & { status: 'done' | 'current' | 'pending' })[] };
export type OrderAnswer = { order: Order; status: OrderStatus; progress: OrderProgress };
export type PaymentIntent = Omit<Body.PaymentIntent, 'status'> & { status: PaymentStatus };
export type OrderPlaced = { order: Order; paymentIntent: PaymentIntent };
export type OrderList = { orders: Order[]; pagination?: Body.Pagination };
export type OrderEvent = Omit<Body.OrderEvent, 'data'> & { data: Record<string, unknown> | null };

export type CreateOrderRequest = { serviceId: string; packageId: string; details?: Details };
export type IntentSecret = Omit<Body.IntentSecret, 'paymentIntent'> & { paymentIntent: PaymentIntent };

/** How the payment stands, which is not how the order stands. */
export type Confirmed = Omit<Body.Confirmed, 'status' | 'order'> & { status: PaymentStatus; order: Order };

export type RegisterRequest = { email: string; password: string; name: string };
export type UpdateProfileRequest = { name?: string; email?: string; avatar?: string; bio?: string };

/** Prices are minor units, such as cents; `usd` unless a currency is given. */
export type PackageRequest = { name: string; description?: string; price: number; currency?: string; deliveryDays: number; revisions?: number; features?: string[] };
export type OfferServiceRequest = { title: string; description?: string; category: string; packages: PackageRequest[] };
export type UpdateServiceRequest = { title?: string; description?: string; category?: string };

export type Message = Body.Message;
export type Refund = Omit<Body.OrderRefund, 'status'> & { status: 'requested' | 'sent' | 'failed' };
export type Dispute = Body.Dispute;
export type Endpoint = Body.EndpointData;
export type CreateEndpointRequest = { url: string; description?: string; eventTypes?: StudioEvent[] };
export type UpdateEndpointRequest = Partial<CreateEndpointRequest> & { enabled?: boolean };

/** Which page of a list, from 1; everything when neither is given. */
export interface PageParams {
  page?: number;

  /** At most 100; 20 unless given. */
  limit?: number;
}

export interface ServiceFilter {
  /** Text in title or description. */
  q?: string;
  category?: string;
  sort?: 'newest' | 'price' | '-price' | 'title';
}

export interface OrderFilter {
  /** Those one has placed, or those one works on; both unless given. */
  role?: 'customer' | 'provider';
  status?: OrderStatus;
}
