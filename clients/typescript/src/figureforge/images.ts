import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { FigureForgeConnection } from './bodies.js';
import type { FigureForgeJobs } from './jobs.js';
import { everyNext } from './pages.js';

/** Drawing images, and what their owner and others may do with them. */
export class FigureForgeImages {
  constructor(private readonly connection: FigureForgeConnection, private readonly jobs: FigureForgeJobs) {}

  /** Who can draw, and for how many credits. */
  models(options?: CallOptions): Promise<ApiResponse<Body.ModelList>> {
    return this.connection.send({ method: 'GET', path: '/api/images/models/' }, options);
  }

  /** The filters that are known; others are taken too. */
  filters(options?: CallOptions): Promise<ApiResponse<{ filters: Record<string, string[]> }>> {
    return this.connection.send({ method: 'GET', path: '/api/images/filters/' }, options);
  }

  /** Begins a job. With `wait` gives it as it is at its end, or after so many seconds. */
  generate(wish: Body.GenerateRequest, options?: CallOptions): Promise<ApiResponse<Body.GenerationAccepted>>;
  generate(wish: Body.GenerateRequest, options: CallOptions & { wait: number }): Promise<ApiResponse<Body.JobStatus>>;
  async generate(wish: Body.GenerateRequest, { wait, ...options }: CallOptions & { wait?: number } = {}): Promise<ApiResponse<Body.GenerationAccepted | Body.JobStatus>> {
    const accepted = await this.connection.send<Body.GenerationAccepted>({ method: 'POST', path: '/api/images/generate/', body: wish, idempotent: true }, options);
    return wait === undefined ? accepted : await this.jobs.get(accepted.data.job_id, { ...options, wait });
  }

  get(imageId: string, options?: CallOptions): Promise<ApiResponse<Body.Image>> {
    return this.connection.send({ method: 'GET', path: path`/api/images/${imageId}/` }, options);
  }

  /** Absent members keep what is there; `tags` replaces all. */
  update(imageId: string, data: Body.UpdateImageRequest, options?: CallOptions): Promise<ApiResponse<Body.Image>> {
    return this.connection.send({ method: 'PATCH', path: path`/api/images/${imageId}/update/`, body: data, idempotent: true }, options);
  }

  delete(imageId: string, options?: CallOptions): Promise<ApiResponse<Body.Deleted>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/images/${imageId}/delete/` }, options);
  }

  /** Makes it a favourite, or one no longer. */
  toggleFavorite(imageId: string, options?: CallOptions): Promise<ApiResponse<Body.FavoriteState>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/${imageId}/favorite/`, idempotent: true }, options);
  }

  /** Begins a job like the one the image came from, but for what is given. */
  remix(imageId: string, changes: Body.RemixRequest = {}, options?: CallOptions): Promise<ApiResponse<Body.GenerationAccepted>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/${imageId}/remix/`, body: changes, idempotent: true }, options);
  }

  /** The same with up to a hundred images; each succeeds or fails for itself. */
  bulk(action: Body.BulkAction, imageIds: string[], options?: CallOptions): Promise<ApiResponse<Body.BulkResult>> {
    return this.connection.send({ method: 'POST', path: '/api/images/bulk/', body: { action, image_ids: imageIds }, idempotent: true }, options);
  }

  /** Hides it at once, until an operator has looked. */
  report(imageId: string, data: { reason: Body.ReportReason; comment?: string }, options?: CallOptions): Promise<ApiResponse<Body.Reported>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/${imageId}/report/`, body: data, idempotent: true }, options);
  }

  /** The owner of a hidden image, once. */
  appeal(imageId: string, comment: string, options?: CallOptions): Promise<ApiResponse<Body.Reported>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/${imageId}/appeal/`, body: { comment }, idempotent: true }, options);
  }

  /** An operator: what waits to be looked at. */
  reports(options?: CallOptions): Promise<ApiResponse<Body.ReportList>> {
    return this.connection.send({ method: 'GET', path: '/api/images/reports/' }, options);
  }

  /** An operator. */
  review(imageId: string, decision: 'clean' | 'removed', options?: CallOptions): Promise<ApiResponse<Body.Reviewed>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/${imageId}/review/`, body: { decision }, idempotent: true }, options);
  }
}

/** Lists of images: a part of one, or all of it with `for await`. */
export class FigureForgeGallery {
  constructor(private readonly connection: FigureForgeConnection) {}

  /** What everybody shows; all of it, and in full size, to those who pay. */
  public(params?: Body.ImageParams, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.Image>>> {
    return this.connection.send({ method: 'GET', path: '/api/images/gallery/', query: params }, options);
  }

  allPublic(params?: Body.ImageParams, options?: CallOptions): AsyncGenerator<Body.Image, void, undefined> {
    return everyNext(this.connection, () => this.public(params, options), options);
  }

  own(params?: Body.ImageParams, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.Image>>> {
    return this.connection.send({ method: 'GET', path: '/api/images/user/', query: params }, options);
  }

  allOwn(params?: Body.ImageParams, options?: CallOptions): AsyncGenerator<Body.Image, void, undefined> {
    return everyNext(this.connection, () => this.own(params, options), options);
  }

  favorites(params?: Body.ImageParams, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.Image>>> {
    return this.connection.send({ method: 'GET', path: '/api/images/favorites/', query: params }, options);
  }

  allFavorites(params?: Body.ImageParams, options?: CallOptions): AsyncGenerator<Body.Image, void, undefined> {
    return everyNext(this.connection, () => this.favorites(params, options), options);
  }
}
