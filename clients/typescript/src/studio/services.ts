import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { StudioConnection } from './bodies.js';

/** What can be ordered; providers offer it. */
export class StudioServices {
  constructor(private readonly connection: StudioConnection) {}

  list(params?: Body.ServiceFilter & Body.PageParams, options?: CallOptions): Promise<ApiResponse<Body.ServiceList>> {
    return this.connection.send({ method: 'GET', path: '/api/services', query: params }, options);
  }

  get(serviceId: string, options?: CallOptions): Promise<ApiResponse<Body.ServiceDetail>> {
    return this.connection.send({ method: 'GET', path: path`/api/services/${serviceId}` }, options);
  }

  offer(data: Body.OfferServiceRequest, options?: CallOptions): Promise<ApiResponse<Body.ServiceDetail>> {
    return this.connection.send({ method: 'POST', path: '/api/services', body: data, idempotent: true }, options);
  }

  /** Absent members keep what is there. */
  update(serviceId: string, data: Body.UpdateServiceRequest, options?: CallOptions): Promise<ApiResponse<Body.ServiceDetail>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/services/${serviceId}`, body: data }, options);
  }

  /** In the place of those before; orders keep what they were made of. */
  replacePackages(serviceId: string, packages: Body.PackageRequest[], options?: CallOptions): Promise<ApiResponse<Body.ServiceDetail>> {
    return this.connection.send({ method: 'PUT', path: path`/api/services/${serviceId}/packages`, body: { packages } }, options);
  }

  retire(serviceId: string, options?: CallOptions): Promise<ApiResponse<null>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/services/${serviceId}` }, options);
  }
}
