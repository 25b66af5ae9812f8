import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type { Span } from '../core/pages.js';
import type * as Body from './bodies.js';
import type { FigureForgeConnection } from './bodies.js';
import { everyNext } from './pages.js';

/** The caller's own collections of images. */
export class FigureForgeBoards {
  constructor(private readonly connection: FigureForgeConnection) {}

  list(options?: CallOptions): Promise<ApiResponse<Body.BoardList>> {
    return this.connection.send({ method: 'GET', path: '/api/boards/' }, options);
  }

  create(name: string, options?: CallOptions): Promise<ApiResponse<Body.Board>> {
    return this.connection.send({ method: 'POST', path: '/api/boards/', body: { name }, idempotent: true }, options);
  }

  rename(boardId: string, name: string, options?: CallOptions): Promise<ApiResponse<Body.Board>> {
    return this.connection.send({ method: 'PUT', path: path`/api/boards/${boardId}/`, body: { name } }, options);
  }

  /** Its images stay. */
  delete(boardId: string, options?: CallOptions): Promise<ApiResponse<Body.Deleted>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/boards/${boardId}/` }, options);
  }

  images(boardId: string, params?: Body.ImageParams, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.Image>>> {
    return this.connection.send({ method: 'GET', path: path`/api/boards/${boardId}/images/`, query: params }, options);
  }

  allImages(boardId: string, params?: Body.ImageParams, options?: CallOptions): AsyncGenerator<Body.Image, void, undefined> {
    return everyNext(this.connection, () => this.images(boardId, params, options), options);
  }

  add(boardId: string, imageIds: string[], options?: CallOptions): Promise<ApiResponse<Body.BoardChange>> {
    return this.connection.send({ method: 'POST', path: path`/api/boards/${boardId}/images/`, body: { image_ids: imageIds }, idempotent: true }, options);
  }

  remove(boardId: string, imageId: string, options?: CallOptions): Promise<ApiResponse<Body.BoardChange>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/boards/${boardId}/images/${imageId}/` }, options);
  }
}

export interface PracticeRequest {
  /** So many pictures for so many seconds each, one part after the other. */
  segments: Body.PracticeSegment[];

  /** `gallery` unless given. */
  source?: Body.PracticeSource;
  tags?: string[];
  mirror?: boolean;
}

/** Timed drawing, as in a class. */
export class FigureForgePractice {
  constructor(private readonly connection: FigureForgeConnection) {}

  list(params?: Span, options?: CallOptions): Promise<ApiResponse<Body.Page<Body.PracticeSummary>>> {
    return this.connection.send({ method: 'GET', path: '/api/practice/sessions/', query: params }, options);
  }

  all(params?: Span, options?: CallOptions): AsyncGenerator<Body.PracticeSummary, void, undefined> {
    return everyNext(this.connection, () => this.list(params, options), options);
  }

  begin(data: PracticeRequest, options?: CallOptions): Promise<ApiResponse<Body.PracticeSession>> {
    return this.connection.send({ method: 'POST', path: '/api/practice/sessions/', body: data, idempotent: true }, options);
  }

  get(sessionId: string, options?: CallOptions): Promise<ApiResponse<Body.PracticeSession>> {
    return this.connection.send({ method: 'GET', path: path`/api/practice/sessions/${sessionId}/` }, options);
  }

  /** How far one came; absent: to the end. Told again it changes nothing. */
  finish(sessionId: string, data: { drawn?: number; seconds?: number } = {}, options?: CallOptions): Promise<ApiResponse<Body.PracticeSummary>> {
    return this.connection.send({ method: 'POST', path: path`/api/practice/sessions/${sessionId}/finish/`, body: data, idempotent: true }, options);
  }
}
