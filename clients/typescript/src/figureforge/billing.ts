import type { Span } from '../core/pages.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import type * as Body from './bodies.js';
import type { FigureForgeConnection } from './bodies.js';
import { everyNext } from './pages.js';

/** What there is to buy, for everybody to see. */
export class FigureForgePricing {
  constructor(private readonly connection: FigureForgeConnection) {}

  get(options?: CallOptions): Promise<ApiResponse<Body.PlanList>> {
    return this.connection.send({ method: 'GET', path: '/api/pricing/', anonymous: true }, options);
  }

  /** Whether payments are heard of: `ok` or `degraded`. */
  health(options?: CallOptions): Promise<ApiResponse<Body.WebhookHealth>> {
    return this.connection.send({ method: 'GET', path: '/api/webhooks/health/', anonymous: true }, options);
  }
}

/** What pictures are paid for in. What is left stands in `profile.get()` and `subscriptions.current()` as `quota`. */
export class FigureForgeCredits {
  constructor(private readonly connection: FigureForgeConnection) {}

  /** What a job would cost; it takes nothing. */
  estimate(wish: Body.GenerateRequest, options?: CallOptions): Promise<ApiResponse<Body.CostEstimate>> {
    return this.connection.send({ method: 'POST', path: '/api/images/estimate/', body: wish, repeatable: true }, options);
  }

  packs(options?: CallOptions): Promise<ApiResponse<Body.PackList>> {
    return this.connection.send({ method: 'GET', path: '/api/subscriptions/credit-packs/' }, options);
  }

  /** Where to pay for a pack. */
  buyPack(data: { pack_id: string } & Body.ReturnUrls, options?: CallOptions): Promise<ApiResponse<Body.CheckoutSession>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/credit-packs/checkout/', body: data, idempotent: true, patience: 10_000 }, options);
  }
}

/** Having a subscription, ending it, paying for it. */
export class FigureForgeSubscriptions {
  constructor(private readonly connection: FigureForgeConnection) {}

  plans(options?: CallOptions): Promise<ApiResponse<Body.PlanList>> {
    return this.connection.send({ method: 'GET', path: '/api/subscriptions/plans/' }, options);
  }

  current(options?: CallOptions): Promise<ApiResponse<Body.CurrentSubscription>> {
    return this.connection.send({ method: 'GET', path: '/api/subscriptions/current/' }, options);
  }

  /** Where to pay for a plan; who has one changes it instead. */
  checkout(data: { plan_id: string } & Body.ReturnUrls, options?: CallOptions): Promise<ApiResponse<Body.CheckoutSession>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/checkout/', body: data, idempotent: true, patience: 10_000 }, options);
  }

  /** Where to see to bills and cards. */
  portal(data: { return_url?: string } = {}, options?: CallOptions): Promise<ApiResponse<Body.PortalSession>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/portal/', body: data, idempotent: true, patience: 10_000 }, options);
  }

  /** What another plan would cost, and from when on. */
  previewChange(planId: string, options?: CallOptions): Promise<ApiResponse<Body.ChangePreview>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/change/preview/', body: { plan_id: planId }, repeatable: true, patience: 10_000 }, options);
  }

  /** With the preview's `proration_date` exactly what it said is charged. */
  change(data: { plan_id: string; proration_date?: number }, options?: CallOptions): Promise<ApiResponse<Body.CurrentSubscription>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/change/', body: data, idempotent: true, patience: 10_000 }, options);
  }

  /** At the end of its period. */
  cancel(options?: CallOptions): Promise<ApiResponse<Body.CurrentSubscription>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/cancel/', idempotent: true, patience: 10_000 }, options);
  }

  /** Takes that back. */
  reactivate(options?: CallOptions): Promise<ApiResponse<Body.CurrentSubscription>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/reactivate/', idempotent: true, patience: 10_000 }, options);
  }

  setPaymentMethod(paymentMethodId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/subscriptions/payment-method/', body: { payment_method_id: paymentMethodId }, idempotent: true, patience: 10_000 }, options);
  }

  /** What was paid, the latest first. */
  history(params?: Span, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.Bill>>> {
    return this.connection.send({ method: 'GET', path: '/api/subscriptions/history/', query: params, patience: 10_000 }, options);
  }

  allHistory(params?: Span, options?: CallOptions): AsyncGenerator<Body.Bill, void, undefined> {
    return everyNext(this.connection, () => this.history(params, options), options);
  }
}
