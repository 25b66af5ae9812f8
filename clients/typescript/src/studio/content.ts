import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { StudioConnection } from './bodies.js';

export interface UploadRequest {
  /** A file of an input, or bytes. */
  file: File | Blob;
  type: Body.ContentType;
  orderId: string;

  /** What to call bytes; a file has a name. */
  fileName?: string;
}

/** The files of an order. */
export class StudioContent {
  constructor(private readonly connection: StudioConnection) {}

  /** What it is, the content says and not its name. The same file sent again with the same key is one. */
  upload({ file, type, orderId, fileName }: UploadRequest, options?: CallOptions): Promise<ApiResponse<Body.Uploaded>> {
    const form = new FormData();
    form.set('type', type);
    form.set('orderId', orderId);
    form.set('file', file, fileName ?? (file instanceof File ? file.name : 'file'));
    return this.connection.send({ method: 'POST', path: '/api/content/upload', body: form, idempotent: true, patience: 110_000 }, options);
  }

  /** With links that are good for 15 minutes and need no token. */
  get(contentId: string, options?: CallOptions): Promise<ApiResponse<Body.ContentAnswer>> {
    return this.connection.send({ method: 'GET', path: path`/api/content/${contentId}` }, options);
  }
}

/** What customer and provider write each other about an order. */
export class StudioMessages {
  constructor(private readonly connection: StudioConnection) {}

  /** The newest first. */
  list(orderId: string, params?: Body.PageParams, options?: CallOptions): Promise<ApiResponse<{ messages: Body.Message[]; pagination?: Body.Pagination }>> {
    return this.connection.send({ method: 'GET', path: path`/api/orders/${orderId}/messages`, query: params }, options);
  }

  /** A text, files that were uploaded for the order, or both. */
  write(orderId: string, data: { text?: string; contentIds?: string[] }, options?: CallOptions): Promise<ApiResponse<Body.Message>> {
    return this.connection.send({ method: 'POST', path: path`/api/orders/${orderId}/messages`, body: data, idempotent: true }, options);
  }
}
