import type { Connection } from '../core/connection.js';
import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';

/** What is sold. A product can be put into the cart as it is. */
export class NarhubProducts {
  constructor(private readonly connection: Connection) {}

  list(params?: { category?: string }, options?: CallOptions): Promise<ApiResponse<{ products: Body.Product[] }>> {
    return this.connection.send({ method: 'GET', path: '/api/products', query: params }, options);
  }

  get(slug: string, options?: CallOptions): Promise<ApiResponse<{ product: Body.Product }>> {
    return this.connection.send({ method: 'GET', path: path`/api/products/${slug}` }, options);
  }
}

/** What the caller means to order. */
export class NarhubCart {
  constructor(private readonly connection: Connection) {}

  get(options?: CallOptions): Promise<ApiResponse<Body.CartAnswer>> {
    return this.connection.send({ method: 'GET', path: '/api/cart' }, options);
  }

  /** Added again, the quantity grows. */
  add(item: Body.AddToCartRequest, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/cart', body: item, idempotent: true }, options);
  }

  /** 0 removes. */
  setQuantity(productId: string, quantity: number, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'PUT', path: '/api/cart', body: { productId, quantity } }, options);
  }

  remove(productId: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: '/api/cart', query: { productId } }, options);
  }

  clear(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: '/api/cart' }, options);
  }

  /** Takes in what was chosen before signing in; of each product the larger quantity stays. */
  merge(items: Body.AddToCartRequest[], options?: CallOptions): Promise<ApiResponse<Body.CartMerged>> {
    return this.connection.send({ method: 'POST', path: '/api/cart/merge', body: { items }, repeatable: true }, options);
  }
}
