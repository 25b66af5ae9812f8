/** One event of a stream. */
export interface ServerEvent {
  /** `message` where the server gave it no name. */
  event: string;
  data: string;

  /** Of this event, or else the last that was given before. */
  id: string;
}

/** Reads server-sent events as they come in, in pieces of any size (HTML Living Standard, 9.2.6). */
export class EventParser {
  #rest = '';
  #endsInReturn = false;
  #event = '';
  #data: string[] = [];
  #id: string;
  #heard = false;
  #retry: number | undefined;

  /** @param lastId Of the stream before, where this one goes on. */
  constructor(lastId = '') {
    this.#id = lastId;
  }

  /** Whether there was an event or a comment: somebody is there. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Milliseconds to wait before coming back, where the server says so. */
  get retry(): number | undefined {
    return this.#retry;
  }

  /** The events that are complete with this piece; what is incomplete at the end of the stream counts for nothing. */
  *push(piece: string): Generator<ServerEvent, void, undefined> {
    // The other half of an ending that was cut in two.
    const text = this.#rest + (this.#endsInReturn && piece.startsWith('\n') ? piece.slice(1) : piece);
    if (piece !== '')
      this.#endsInReturn = piece.endsWith('\r');
    let from = 0;
    for (const ending of text.matchAll(/\r\n|\n|\r/g)) {
      const event = this.#line(text.slice(from, ending.index));
      from = ending.index + ending[0].length;
      if (event)
        yield event;
    }
    this.#rest = text.slice(from);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '')
      return this.#dispatch();
    const at = line.indexOf(':');
    if (at === 0) {
      this.#heard = true;
      return undefined;
    }
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (name === 'data')
      this.#data.push(value);
    else if (name === 'event')
      this.#event = value;
    else if (name === 'id' && !value.includes('\0'))
      this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value))
      this.#retry = Number(value);
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const [event, data] = [this.#event || 'message', this.#data];
    this.#event = '';
    this.#data = [];
    if (data.length === 0)
      return undefined;
    this.#heard = true;
    return { event, data: data.join('\n'), id: this.#id };
  }
}
