/** A part of a list: from which row, and how many at most. */
export interface Span {
  limit?: number;
  offset?: number;
}

/** Every row of a list that is read from an offset, a part at a time and each only when it is asked for. */
export async function* everyRow<T>({ limit = 100, offset = 0 }: Span, read: (part: Required<Span>) => Promise<T[]>): AsyncGenerator<T, void, undefined> {
  for (let from = offset; ; from += limit) {
    const rows = await read({ limit, offset: from });
    yield* rows;
    if (rows.length < limit)
      return;
  }
}
