import type { ApiResponse, CallOptions } from '../core/types.js';
import { path } from '../core/url.js';
import type * as Body from './bodies.js';
import type { FigureForgeConnection } from './bodies.js';

/** The product sends a sign of life every 15 seconds: after three of them nobody is there. */
const silence = 45_000;

/** The longest that the product waits before it answers. */
const longestWait = 60;

/** How far a generation is, and its end before its time. */
export class FigureForgeJobs {
  constructor(private readonly connection: FigureForgeConnection) {}

  /** With `wait` as soon as the job is over, or after so many seconds. */
  async get(jobId: string, { wait, ...options }: CallOptions & { wait?: number } = {}): Promise<ApiResponse<Body.JobStatus>> {
    const end = Date.now() + (wait ?? 0) * 1_000;
    for (;;) {
      const left = wait === undefined ? undefined : Math.max(0, Math.min(longestWait, Math.ceil((end - Date.now()) / 1_000)));
      const response = await this.connection.send<Body.JobStatus>(
        { method: 'GET', path: path`/api/images/job/${jobId}/`, query: { wait: left }, patience: (left ?? 0) * 1_000 }, options);
      if (!left || isOver(response.data))
        return response;
    }
  }

  /**
   * The job at each change, at last as it ended. A connection that breaks is opened again without a change being missed;
   * who has seen enough breaks off, or aborts.
   */
  async *watch(jobId: string, options?: CallOptions): AsyncGenerator<Body.JobStatus, void, undefined> {
    for await (const { data } of this.connection.events({ method: 'GET', path: path`/api/images/job/${jobId}/events/`, patience: silence }, options)) {
      const job = JSON.parse(data) as Body.JobStatus;
      yield job;
      if (isOver(job))
        return;
    }
  }

  /** 202 where the job is being drawn, and ends soon; 409 when it is over. */
  cancel(jobId: string, options?: CallOptions): Promise<ApiResponse<Body.JobStatus>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/job/${jobId}/cancel/`, idempotent: true }, options);
  }

  /** Another job like one that failed or was cancelled. */
  retry(jobId: string, options?: CallOptions): Promise<ApiResponse<Body.GenerationAccepted>> {
    return this.connection.send({ method: 'POST', path: path`/api/images/job/${jobId}/retry/`, idempotent: true }, options);
  }
}

function isOver({ status }: Body.JobStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
