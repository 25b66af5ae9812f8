import { TextBody, type Connection } from '../core/connection.js';
import { everyRow, type Span } from '../core/pages.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';

/** Everybody's orders. */
export class NarhubAdminOrders {
  constructor(private readonly connection: Connection) {}

  list(params?: Body.AdminOrderParams, options?: CallOptions): Promise<ApiResponse<{ orders: Body.Order[]; total: number }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/orders', query: params }, options);
  }

  all(params: Body.AdminOrderParams = {}, options?: CallOptions): AsyncGenerator<Body.Order, void, undefined> {
    return everyRow(params, async part => (await this.list({ ...params, ...part }, options)).data.orders);
  }

  /** With its customer, payments and history. */
  get(orderId: string, options?: CallOptions): Promise<ApiResponse<{ order: Body.Order; customer: Body.Customer | null; payments: Body.Payment[]; history: Body.OrderChange[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/orders/${orderId}` }, options);
  }

  /** `reason` is told to the customer. */
  changeStatus(orderId: string, data: { status: Body.OrderStatus; reason?: string }, options?: CallOptions): Promise<ApiResponse<{ order: Body.Order }>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/admin/orders/${orderId}/status`, body: data }, options);
  }

  payments(orderId: string, options?: CallOptions): Promise<ApiResponse<Omit<Body.PaymentList, 'payments'> & { payments: Body.Payment[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/orders/${orderId}/payments` }, options);
  }

  /** Without an amount exactly what is due; a negative one takes back what was noted wrongly. */
  recordPayment(orderId: string, data: Body.NewPayment = {}, options?: CallOptions): Promise<ApiResponse<{ payment: Body.Payment; order: Body.Order }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/orders/${orderId}/payments`, body: data, idempotent: true }, options);
  }

  /** Issues the invoice, also before the order is paid; an order gets one. */
  issueInvoice(orderId: string, options?: CallOptions): Promise<ApiResponse<{ invoice: Body.Invoice }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/orders/${orderId}/invoice`, idempotent: true }, options);
  }

  /** As PDF, like the two below. */
  invoice(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/orders/${orderId}/invoice`, answer: 'blob', patience: 20_000 }, options);
  }

  creditNote(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/orders/${orderId}/credit-note`, answer: 'blob', patience: 20_000 }, options);
  }

  proforma(orderId: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/orders/${orderId}/proforma`, answer: 'blob', patience: 20_000 }, options);
  }
}

/** Bank lines whose order an operator has to say. */
export class NarhubAdminPayments {
  constructor(private readonly connection: Connection) {}

  unmatched(params?: Span, options?: CallOptions): Promise<ApiResponse<{ lines: Body.BankLine[]; total: number }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/payments/unmatched', query: params }, options);
  }

  /** Without an amount all that is left of the line. */
  assign(lineId: string, data: { order_id: string; amount?: number }, options?: CallOptions): Promise<ApiResponse<{ line: Body.BankLine; order: Body.Order }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/payments/unmatched/${lineId}/assign`, body: data, idempotent: true }, options);
  }

  /** It is no customer's payment. */
  dismiss(lineId: string, reason: string, options?: CallOptions): Promise<ApiResponse<{ line: Body.BankLine }>> {
    return this.connection.send({ method: 'POST', path: path`/api/admin/payments/unmatched/${lineId}/dismiss`, body: { reason }, idempotent: true }, options);
  }
}

/** For files without a column for it. */
export interface StatementOptions extends CallOptions {
  /** The seller's unless given. */
  account?: string;

  /** EUR unless given. */
  currency?: string;
}

/** Bank statements, as they come from the bank. */
export class NarhubAdminStatements {
  constructor(private readonly connection: Connection) {}

  list(params?: Span, options?: CallOptions): Promise<ApiResponse<{ statements: Body.Statement[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/statements', query: params }, options);
  }

  /** Imported again, or with lines that are known, a statement changes nothing. */
  import(file: string | Blob, format: 'camt.053' | 'csv', { account, currency, ...options }: StatementOptions = {}): Promise<ApiResponse<{ statement: Body.Statement; known_lines: number }>> {
    const type = format === 'csv' ? 'text/csv' : 'application/xml';
    const body = typeof file === 'string' ? new TextBody(file, `${type}; charset=utf-8`) : file.slice(0, file.size, type);
    return this.connection.send({ method: 'POST', path: '/api/admin/statements', query: { account, currency }, body, repeatable: true, patience: 50_000 }, options);
  }

  /** With the lines that were new, at most 1,000. */
  get(statementId: string, options?: CallOptions): Promise<ApiResponse<{ statement: Body.Statement; lines: Body.BankLine[] }>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/statements/${statementId}` }, options);
  }
}

/** Every document that was issued. */
export class NarhubAdminInvoices {
  constructor(private readonly connection: Connection) {}

  list(params?: Body.AdminInvoiceParams, options?: CallOptions): Promise<ApiResponse<{ invoices: Body.Invoice[]; total: number }>> {
    return this.connection.send({ method: 'GET', path: '/api/admin/invoices', query: params }, options);
  }

  all(params: Body.AdminInvoiceParams = {}, options?: CallOptions): AsyncGenerator<Body.Invoice, void, undefined> {
    return everyRow(params, async part => (await this.list({ ...params, ...part }, options)).data.invoices);
  }

  /** As PDF. */
  get(number: string, options?: CallOptions): Promise<ApiResponse<Blob>> {
    return this.connection.send({ method: 'GET', path: path`/api/admin/invoices/${number}`, answer: 'blob', patience: 20_000 }, options);
  }
}
