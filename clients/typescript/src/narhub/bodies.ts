import type { Span } from '../core/pages.js';
import type * as Body from '../generated/narhub.js';

export type * from '../generated/narhub.js';

export type Role = 'user' | 'admin';
export type OrderStatus = 'pending' | 'processing' | 'completed' | 'cancelled' | 'refunded';
export type PaymentMethod = 'SEPA' | 'SWIFT';
export type QuoteStatus = 'requested' | 'offered' | 'refused' | 'accepted' | 'withdrawn';
export type InvoiceKind = 'invoice' | 'credit_note';
export type NarhubEvent =
  | 'order.created' | 'order.paid' | 'order.completed' | 'order.cancelled' | 'order.refunded' | 'payment.received' | 'invoice.issued' | 'quote.requested' | 'quote.offered';

export type RegisterRequest = { name: string; email: string; password: string; company?: string };

/** As the document prints it. */
export type User = Omit<Body.UserData, 'role'> & { role: Role };

/** Who is signed in; nobody is no refusal. */
export type SessionAnswer = { user: Body.SessionUser & { role: Role }; expires: string } | { user: null; expires?: undefined };

export type AddToCartRequest = Body.AddToCart;
export type Product = Omit<Body.ProductData, 'productId'> & { productId: string };

/** As the document prints it, and more. */
export type OrderItem = Body.OrderItemData;
export type Invoice = Omit<Body.InvoiceData, 'kind'> & { kind: InvoiceKind };
export type Order = Omit<Body.OrderData, 'status' | 'items' | 'next_statuses' | 'invoices'> & {
  status: OrderStatus;
  items: OrderItem[];

  /** What may follow, where one order was asked for. */
  next_statuses?: OrderStatus[];
  invoices?: Invoice[];
};
export type PlacedOrder = Omit<Body.PlacedOrder, 'status'> & { status: OrderStatus };
export type Billing = Omit<Body.QuoteAcceptance, 'payment_method'> & { payment_method?: PaymentMethod | null };
export type CreateOrderRequest = Billing & Pick<Body.OrderWish, 'items' | 'total_amount' | 'currency'>;

export type QuoteItem = Body.QuoteItemData;
export type Quote = Omit<Body.QuoteData, 'status' | 'items'> & { status: QuoteStatus | 'expired'; items: QuoteItem[] };

/** Everything that is kept of a user. */
export type UserExport = Omit<Body.ExportedUser, 'user' | 'orders' | 'invoices' | 'quotes' | 'events'> & {
  user: User;
  orders: Order[];
  invoices: Invoice[];
  quotes: Quote[];
  events: Body.ExportedEvent[];
};

/** Without an icon, description and currency: none, none and EUR. */
export type AddProductRequest = Pick<Body.NewProduct, 'slug' | 'name' | 'category' | 'priceMin' | 'priceMax'> & Partial<Pick<Body.NewProduct, 'icon' | 'description' | 'currency'>>;
export type AdminUser = Omit<Body.AdminUser, 'role'> & { role: Role };
export type Payment = Body.PaymentData;
export type Statement = Body.StatementData;

/** A status that an order got; `reason` only where one was given. */
export type OrderChange = Omit<Body.OrderChange, 'status' | 'reason'> & { status: OrderStatus; reason?: string };

/** A booking of a bank statement; `suggestions` only among those that wait for a decision. */
export type BankLine = Omit<Body.BankLineData, 'suggestions'> & { suggestions?: Body.Suggestion[] };

export type CreateWebhookRequest = { url: string; description?: string; event_types?: NarhubEvent[] };
export type UpdateWebhookRequest = { url?: string; description?: string; event_types?: NarhubEvent[]; enabled?: boolean };

/** From what day to what day, both included, as `2026-03-31`. */
export interface Days {
  from?: string;
  to?: string;
}

export interface AdminOrderFilter extends Days {
  status?: OrderStatus | OrderStatus[];
  currency?: string;
  user_id?: string;

  /** A payment reference, the customer's address, or text in company, name or their own order number. */
  q?: string;
}

export interface AdminUserFilter {
  /** Text in address, name or company. */
  search?: string;
  role?: Role;
}

export type AdminOrderParams = AdminOrderFilter & Span;
export type AdminInvoiceParams = Days & Span & { kind?: InvoiceKind };
export type AdminQuoteParams = Span & { status?: QuoteStatus | QuoteStatus[] };
