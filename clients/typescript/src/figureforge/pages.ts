import type { ApiResponse, CallOptions } from '../core/types.js';
import type { FigureForgeConnection, Page } from './bodies.js';

/** Every row of a list from its first part on, along each `next`, which is asked for only when it is wanted. */
export async function* everyNext<T>(
  connection: FigureForgeConnection, first: () => Promise<ApiResponse<Page<T>>>, options: CallOptions | undefined,
): AsyncGenerator<T, void, undefined> {
  let { data } = await first();
  for (;;) {
    yield* data.results;
    if (data.next === null)
      return;
    ({ data } = await connection.send<Page<T>>({ method: 'GET', path: data.next }, options));
  }
}
