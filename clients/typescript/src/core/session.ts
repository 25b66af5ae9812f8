import { ColonnadeError } from './errors.js';
import type { ApiResponse } from './types.js';

/** The tokens of a session. A service's token stands alone. */
export interface Tokens {
  accessToken: string;
  refreshToken?: string;
}

/**
 * Where tokens are kept. `set` gets every new pair, and `undefined` when the session has ended. A store that several tabs or
 * processes share is read before each use, so that one of them refreshes for all.
 */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>;
  set(tokens: Tokens | undefined): void | Promise<void>;
}

/** Keeps tokens as long as the program runs, where no other script's storage access reaches them. */
export class MemoryTokenStore implements TokenStore {
  #tokens: Tokens | undefined;

  constructor(tokens?: Tokens) {
    this.#tokens = tokens;
  }

  get(): Tokens | undefined {
    return this.#tokens;
  }

  set(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
  }
}

/** Asks the product for the successor of a refresh token; without one, a cookie may do. */
export type Refresh<T> = (refreshToken: string | undefined) => Promise<{ tokens: Tokens; response: ApiResponse<T> }>;

interface Renewal<T> {
  accessToken: string;
  response?: ApiResponse<T>;
}

/** The tokens of a client. However many calls find their access token refused, the refresh token is spent once. */
export class Session<T = unknown> {
  #flight: Promise<Renewal<T>> | undefined;

  /**
   * @param store Where the tokens are.
   * @param refresh How the product refreshes; a product of service tokens alone has none.
   * @param hasCookie Whether a refresh may do without a refresh token that this program can see.
   */
  constructor(private readonly store: TokenStore, private readonly refresh?: Refresh<T>, private readonly hasCookie = false) {}

  async accessToken(): Promise<string | undefined> {
    return (await this.store.get())?.accessToken;
  }

  begin(tokens: Tokens): void | Promise<void> {
    return this.store.set(tokens);
  }

  end(): void | Promise<void> {
    return this.store.set(undefined);
  }

  /** Another access token than the refused one; undefined when there is no way to one. */
  async renew(refused: string | undefined): Promise<string | undefined> {
    const now = await this.store.get();
    if (!this.refresh || !(this.hasCookie || now?.refreshToken))
      return now?.accessToken === refused ? undefined : now?.accessToken;
    return (await this.#join(refused)).accessToken;
  }

  /** Refreshes whether it is due or not, and gives the product's answer. */
  async force(): Promise<ApiResponse<T>> {
    for (;;) {
      const { response } = await this.#join();
      // What was joined may have found tokens that somebody else had renewed.
      if (response)
        return response;
    }
  }

  #join(refused?: string): Promise<Renewal<T>> {
    return this.#flight ??= this.#fly(refused).finally(() => this.#flight = undefined);
  }

  async #fly(refused: string | undefined): Promise<Renewal<T>> {
    const before = await this.store.get();
    if (refused !== undefined && before && before.accessToken !== refused)
      return { accessToken: before.accessToken };
    if (!this.refresh)
      throw new TypeError('This client has nothing to refresh with.');
    try {
      const { tokens, response } = await this.refresh(before?.refreshToken);
      if (await this.#isStill(before))
        await this.store.set(tokens);
      return { accessToken: tokens.accessToken, response };
    } catch (error) {
      if (error instanceof ColonnadeError && error.status === 401 && before?.refreshToken && await this.#isStill(before))
        await this.store.set(undefined);
      throw error;
    }
  }

  /** Whether nobody signed in or out meanwhile: their tokens are not to be overwritten. */
  async #isStill(before: Tokens | undefined): Promise<boolean> {
    const now = await this.store.get();
    return now?.accessToken === before?.accessToken && now?.refreshToken === before?.refreshToken;
  }
}
