import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { StudioConnection } from './bodies.js';

/** Where orders are told of (Standard Webhooks); an operator's. */
export class StudioWebhooks {
  constructor(private readonly connection: StudioConnection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.EndpointList>> {
    return this.connection.send({ method: 'GET', path: '/api/webhook-endpoints' }, options);
  }

  /** The secret stands in this answer only. Without `eventTypes` every event is told. */
  create(data: { url: string; description?: string; eventTypes?: Body.StudioEvent[] }, options?: CallOptions): Promise<ApiResponse<Body.Endpoint & { secret: string }>> {
    return this.connection.send({ method: 'POST', path: '/api/webhook-endpoints', body: data }, options);
  }

  get(endpointId: string, options?: CallOptions): Promise<ApiResponse<Body.Endpoint>> {
    return this.connection.send({ method: 'GET', path: path`/api/webhook-endpoints/${endpointId}` }, options);
  }

  /** Changes what is given; one that was disabled is tried again once it is enabled. */
  update(
    endpointId: string, data: { url?: string; description?: string; eventTypes?: Body.StudioEvent[]; enabled?: boolean }, options?: CallOptions,
  ): Promise<ApiResponse<Body.Endpoint>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/webhook-endpoints/${endpointId}`, body: data }, options);
  }

  delete(endpointId: string, options?: CallOptions): Promise<ApiResponse<null>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/webhook-endpoints/${endpointId}` }, options);
  }

  /** Another secret; the former one is good for 24 hours more. */
  rotateSecret(endpointId: string, options?: CallOptions): Promise<ApiResponse<Body.EndpointSecret>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhook-endpoints/${endpointId}/secret` }, options);
  }

  sendTest(endpointId: string, options?: CallOptions): Promise<ApiResponse<Body.SentMessage>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhook-endpoints/${endpointId}/test` }, options);
  }

  /** The last hundred, the latest first. */
  deliveries(endpointId: string, options?: CallOptions): Promise<ApiResponse<Body.DeliveryList>> {
    return this.connection.send({ method: 'GET', path: path`/api/webhook-endpoints/${endpointId}/deliveries` }, options);
  }

  resend(endpointId: string, messageId: string, options?: CallOptions): Promise<ApiResponse<Body.SentMessage>> {
    return this.connection.send({ method: 'POST', path: path`/api/webhook-endpoints/${endpointId}/deliveries/${messageId}/resend` }, options);
  }
}
