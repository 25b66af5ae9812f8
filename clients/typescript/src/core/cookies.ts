interface Cookie {
  name: string;
  value: string;
  path: string;
  secure: boolean;

  /** Milliseconds since 1970; without it as long as the jar. */
  expires: number | undefined;
}

/**
 * Keeps the cookies of one product at one address, as long as the program runs, where there is no browser that does
 * (RFC 6265). In browsers it stays empty: they show cookies to nobody and send them by themselves.
 *
 * What `String(jar)` gives, `new CookieJar(text)` takes: to keep a session, or to act for somebody whose `Cookie` header came in.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  #origin: string | undefined;

  /**
   * @param header As in a `Cookie` header.
   * @param now Replaceable so that tests need not wait.
   */
  constructor(header = '', private readonly now: () => number = Date.now) {
    for (const pair of header.split(';')) {
      const { name, value } = pairOf(pair);
      if (name !== '')
        this.#keep({ name, value, path: '/', secure: false, expires: undefined });
    }
  }

  /** The `Cookie` header of a request, empty when there is none to send. */
  header(url: string): string {
    const { protocol, hostname, pathname } = this.#open(url);
    return this.#living().filter(cookie => isWithin(pathname, cookie.path) && (!cookie.secure || isSafe(protocol, hostname)))
      .sort((one, other) => other.path.length - one.path.length)
      .map(cookie => `${cookie.name}=${cookie.value}`).join('; ');
  }

  /**
   * Takes what an answer sets.
   *
   * @param sent The `Cookie` header of its request. What an answer takes back, or gives a longer life, is only what it was sent: an
   *   answer that is late does not touch the cookie of a sign-in since.
   */
  take(lines: readonly string[], url: string, sent = ''): void {
    const place = this.#open(url);
    const before = new Map(sent.split(';').map(pairOf).map(({ name, value }) => [name, value]));
    for (const line of lines) {
      const cookie = this.#parse(line, place);
      if (!cookie)
        continue;
      const key = keyOf(cookie);
      const isOver = cookie.expires !== undefined && cookie.expires <= this.now();
      const isOld = isOver || cookie.value === before.get(cookie.name);
      if (isOld && before.get(cookie.name) !== this.#cookies.get(key)?.value)
        continue;
      if (isOver)
        this.#cookies.delete(key);
      else
        this.#keep(cookie);
    }
  }

  clear(): void {
    this.#cookies.clear();
  }

  /** As a `Cookie` header. */
  toString(): string {
    return this.#living().map(cookie => `${cookie.name}=${cookie.value}`).join('; ');
  }

  #keep(cookie: Cookie): void {
    this.#cookies.set(keyOf(cookie), cookie);
  }

  #living(): Cookie[] {
    return [...this.#cookies.values()].filter(cookie => cookie.expires === undefined || cookie.expires > this.now());
  }

  #open(url: string): URL {
    const place = new URL(url);
    if ((this.#origin ??= place.origin) !== place.origin)
      throw new TypeError(`This jar holds the cookies of ${this.#origin}, and ${place.origin} gets none of them: give each client its own.`);
    return place;
  }

  /** Undefined when the place may not set such a cookie. */
  #parse(line: string, { protocol, hostname, pathname }: URL): Cookie | undefined {
    const [first = '', ...rest] = line.split(';');
    const { name, value } = pairOf(first);
    const attributes = new Map(rest.map(pairOf).map(attribute => [attribute.name.toLowerCase(), attribute.value]));
    const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase();
    const path = attributes.get('path');
    const secure = attributes.has('secure');
    const isAllowed = name !== ''
      && (domain === undefined || domain === '' || hostname === domain || hostname.endsWith(`.${domain}`))
      && (!secure || isSafe(protocol, hostname))
      && (secure || !/^__(Secure|Host)-/i.test(name))
      && (!/^__Host-/i.test(name) || (path === '/' && domain === undefined));
    return isAllowed
      ? { name, value, secure, path: path?.startsWith('/') ? path : pathname.slice(0, Math.max(1, pathname.lastIndexOf('/'))), expires: this.#endOf(attributes) }
      : undefined;
  }

  #endOf(attributes: ReadonlyMap<string, string>): number | undefined {
    const seconds = attributes.get('max-age');
    if (seconds !== undefined && /^-?\d+$/.test(seconds))
      return Number(seconds) > 0 ? this.now() + Number(seconds) * 1_000 : -Infinity;
    const date = Date.parse(attributes.get('expires') ?? '');
    return Number.isNaN(date) ? undefined : date;
  }
}

function pairOf(text: string): { name: string; value: string } {
  const at = text.indexOf('=');
  return at < 0 ? { name: text.trim(), value: '' } : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

function keyOf({ name, path }: Cookie): string {
  return `${path} ${name}`;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Browsers too take what this machine says to itself for safe. */
function isSafe(protocol: string, hostname: string): boolean {
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
