import { Connection, TextBody, type Dialect } from './core/connection.js';
import type { ApiResponse, CallOptions, ClientOptions } from './core/types.js';
import { path } from './core/url.js';
import type * as Body from './generated/fragrances.js';

export type * from './generated/fragrances.js';
export type { ApiClientConfig, ApiError, ApiResponse, CallOptions, ClientOptions } from './core/types.js';

export type ExperienceLevel = Body.UserProfile['experienceLevel'];
export type Gender = 'Masculine' | 'Feminine' | 'Unisex';
export type PriceRange = 'Budget' | 'Mid-range' | 'Luxury' | 'Niche';
export type FacetGroup = 'brand' | 'gender' | 'family' | 'priceRange' | 'concentration' | 'notes' | 'year';
export type ImportConflict = NonNullable<Body.CommitImport['onConflict']>;

export type RegisterRequest = Body.RegisterRequest;
export type RegisterResponse = Body.Registered;
export type LoginRequest = Body.Credentials;
export type LoginResponse = Body.SignedIn;
export type FragranceSearchResponse = Body.FragranceList;
export type FragranceDetail = Body.FragranceDetail;
export type BrandListResponse = Body.BrandList;
export type CollectionResponse = Body.CollectionPage;
export type CollectionItemResponse = Body.CollectionAnswer;
export type AddToCollectionRequest = Body.NewCollectionItem;
export type UpdateCollectionRequest = Body.ChangeCollectionItem;
export type UpdateProfileRequest = Body.UpdateProfile;
export type LogWearRequest = Body.LogWear & { date: string };

export interface Paging {
  /** At most 100. */
  limit?: number;
  offset?: number;
}

/** Filters narrow together; inside one of them any of its values will do. */
export interface FragranceSearchParams extends Paging {
  search?: string;
  brand?: number[];
  gender?: Gender | Gender[];
  family?: string | string[];
  priceRange?: PriceRange | PriceRange[];
  concentration?: string | string[];
  notes?: string | string[];
  yearFrom?: number;
  yearTo?: number;
  sortBy?: 'popularity' | 'name' | 'year' | 'relevance';
  sortOrder?: 'asc' | 'desc';

  /** Gives each fragrance a `highlight`, in HTML. */
  highlight?: boolean;

  /** The groups whose values are counted in `facets`. */
  facets?: FacetGroup[];
}

export interface BrandSearchParams {
  search?: string;
  limit?: number;
  active?: boolean;
}

export interface CollectionParams extends Paging {
  /** true: what is owned; false: what is wished for. */
  owned?: boolean;
  rating?: number;
  minRating?: number;
  sortBy?: 'name' | 'brand' | 'rating' | 'addedDate';
  sortOrder?: 'asc' | 'desc';
}

export interface ImportOptions extends CallOptions {
  /** Matches the rows and keeps them for review, without changing the collection. */
  dryRun?: boolean;

  /** What becomes of an item that is in the collection already; `skip` unless given. */
  onConflict?: ImportConflict;
}

/** As the document prints it. */
export interface AuthClient {
  register(data: RegisterRequest): Promise<ApiResponse<RegisterResponse>>;
  login(data: LoginRequest): Promise<ApiResponse<LoginResponse>>;
  logout(): Promise<ApiResponse<{success: boolean}>>;
  resetPassword(email: string): Promise<ApiResponse<{success: boolean}>>;
  refreshToken(): Promise<ApiResponse<{accessToken: string}>>;
}

/** As the document prints it. */
export interface FragranceClient {
  search(params: FragranceSearchParams): Promise<ApiResponse<FragranceSearchResponse>>;
  getById(id: number): Promise<ApiResponse<FragranceDetail>>;
  getBrands(params?: BrandSearchParams): Promise<ApiResponse<BrandListResponse>>;
}

/** As the document prints it. */
export interface CollectionClient {
  getCollection(params?: CollectionParams): Promise<ApiResponse<CollectionResponse>>;
  addToCollection(data: AddToCollectionRequest): Promise<ApiResponse<CollectionItemResponse>>;
  updateCollectionItem(id: number, data: UpdateCollectionRequest): Promise<ApiResponse<CollectionItemResponse>>;
  removeFromCollection(id: number): Promise<ApiResponse<{success: boolean}>>;
}

const dialect: Dialect = {
  refusal: body => body?.error?.code === undefined ? undefined : body.error,
  refresh: { path: '/api/auth/refresh', byCookie: true, tokens: ({ accessToken, refreshToken }) => ({ accessToken, refreshToken }) },
};

/** A client of Fragrances. After `auth.login` every call has a token, and a new one when the last has expired. */
export class Fragrances {
  readonly auth: FragrancesAuth;
  readonly profile: FragrancesProfile;
  readonly fragrances: FragranceCatalogue;
  readonly collection: FragranceCollection;

  constructor(options: ClientOptions) {
    const connection = new Connection<Body.Refreshed>(options, dialect);
    this.auth = new FragrancesAuth(connection);
    this.profile = new FragrancesProfile(connection);
    this.fragrances = new FragranceCatalogue(connection);
    this.collection = new FragranceCollection(connection);
  }
}

/** Accounts and sessions. */
export class FragrancesAuth implements AuthClient {
  constructor(private readonly connection: Connection<Body.Refreshed>) {}

  register(data: RegisterRequest, options?: CallOptions): Promise<ApiResponse<RegisterResponse>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/register', body: data, anonymous: true }, options);
  }

  /** Begins a session; its tokens are kept and used from here on. */
  async login(data: LoginRequest, options?: CallOptions): Promise<ApiResponse<LoginResponse>> {
    const response = await this.connection.send<LoginResponse>({ method: 'POST', path: '/api/auth/login', body: data, anonymous: true }, options);
    const { accessToken, refreshToken } = response.data;
    await this.connection.session.begin({ accessToken, refreshToken });
    return response;
  }

  /** Ends the session here and there. */
  async logout(options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    const response = await this.connection.send<Body.Done>({ method: 'POST', path: '/api/auth/logout' }, options);
    await this.connection.session.end();
    return response;
  }

  /** Has a link mailed to whoever has this address; the answer is the same when nobody has. */
  resetPassword(email: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/reset-password', body: { email }, anonymous: true }, options);
  }

  /** Sets a new password with the token of the mailed link; every session of the account ends. */
  confirmPasswordReset(data: { token: string; password: string }, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/reset-password/confirm', body: data, anonymous: true }, options);
  }

  /** Proves the address with the token of the mailed link. */
  verifyEmail(token: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/verify-email', body: { token }, anonymous: true }, options);
  }

  resendVerification(email: string, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'POST', path: '/api/auth/resend-verification', body: { email }, anonymous: true }, options);
  }

  /** Calls do this by themselves when they have to. */
  refreshToken(): Promise<ApiResponse<Body.Refreshed>> {
    return this.connection.session.force();
  }
}

/** Who the caller is and what they like. */
export class FragrancesProfile {
  constructor(private readonly connection: Connection<Body.Refreshed>) {}

  get(options?: CallOptions): Promise<ApiResponse<Body.UserProfile>> {
    return this.connection.send({ method: 'GET', path: '/api/user/profile' }, options);
  }

  /** Absent members keep what is there. */
  update(data: UpdateProfileRequest, options?: CallOptions): Promise<ApiResponse<Body.ProfileUpdated>> {
    return this.connection.send({ method: 'PUT', path: '/api/user/profile', body: data }, options);
  }
}

/** What there is to smell. */
export class FragranceCatalogue implements FragranceClient {
  constructor(private readonly connection: Connection<Body.Refreshed>) {}

  search({ facets, ...params }: FragranceSearchParams, options?: CallOptions): Promise<ApiResponse<FragranceSearchResponse>> {
    const query = { ...params, facets: facets?.join(',') };
    return this.connection.send({ method: 'GET', path: '/api/fragrances', query }, options);
  }

  getById(id: number, options?: CallOptions): Promise<ApiResponse<FragranceDetail>> {
    return this.connection.send({ method: 'GET', path: path`/api/fragrances/${id}` }, options);
  }

  getBrands(params?: BrandSearchParams, options?: CallOptions): Promise<ApiResponse<BrandListResponse>> {
    return this.connection.send({ method: 'GET', path: '/api/brands', query: params }, options);
  }

  /** Completes what is being typed. */
  suggest(q: string, { limit, ...options }: CallOptions & { limit?: number } = {}): Promise<ApiResponse<Body.SuggestionList>> {
    return this.connection.send({ method: 'GET', path: '/api/fragrances/suggest', query: { q, limit } }, options);
  }

  /** What is like a fragrance, and why. */
  getSimilar(id: number, { limit, ...options }: CallOptions & { limit?: number } = {}): Promise<ApiResponse<Body.SimilarList>> {
    return this.connection.send({ method: 'GET', path: path`/api/fragrances/${id}/similar`, query: { limit } }, options);
  }
}

/** What the caller owns, wishes for and wears. */
export class FragranceCollection implements CollectionClient {
  constructor(private readonly connection: Connection<Body.Refreshed>) {}

  getCollection(params?: CollectionParams, options?: CallOptions): Promise<ApiResponse<CollectionResponse>> {
    return this.connection.send({ method: 'GET', path: '/api/user/collection', query: params }, options);
  }

  addToCollection(data: AddToCollectionRequest, options?: CallOptions): Promise<ApiResponse<CollectionItemResponse>> {
    return this.connection.send({ method: 'POST', path: '/api/user/collection', body: data, idempotent: true }, options);
  }

  getCollectionItem(id: number, options?: CallOptions): Promise<ApiResponse<Body.CollectionItem>> {
    return this.connection.send({ method: 'GET', path: path`/api/user/collection/${id}` }, options);
  }

  /** Absent members keep what is there, null clears. */
  updateCollectionItem(id: number, data: UpdateCollectionRequest, options?: CallOptions): Promise<ApiResponse<CollectionItemResponse>> {
    return this.connection.send({ method: 'PUT', path: path`/api/user/collection/${id}`, body: data }, options);
  }

  removeFromCollection(id: number, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/user/collection/${id}` }, options);
  }

  getWears(id: number, params?: Paging, options?: CallOptions): Promise<ApiResponse<Body.WearPage>> {
    return this.connection.send({ method: 'GET', path: path`/api/user/collection/${id}/wears`, query: params }, options);
  }

  logWear(id: number, data: LogWearRequest, options?: CallOptions): Promise<ApiResponse<Body.WearAnswer>> {
    return this.connection.send({ method: 'POST', path: path`/api/user/collection/${id}/wears`, body: data, idempotent: true }, options);
  }

  removeWear(id: number, wearId: number, options?: CallOptions): Promise<ApiResponse<Body.Done>> {
    return this.connection.send({ method: 'DELETE', path: path`/api/user/collection/${id}/wears/${wearId}` }, options);
  }

  getStats({ year, ...options }: CallOptions & { year?: number } = {}): Promise<ApiResponse<Body.CollectionStatistics>> {
    return this.connection.send({ method: 'GET', path: '/api/user/collection/stats', query: { year } }, options);
  }

  /** What somebody else shows; a private collection is not found. */
  getPublicCollection(userId: string, params?: CollectionParams, options?: CallOptions): Promise<ApiResponse<Body.PublicCollectionPage>> {
    return this.connection.send({ method: 'GET', path: path`/api/users/${userId}/collection`, query: params }, options);
  }

  exportCollection(format?: 'json', options?: CallOptions): Promise<ApiResponse<Body.CollectionDocument>>;
  exportCollection(format: 'csv', options?: CallOptions): Promise<ApiResponse<string>>;
  exportCollection(format: 'json' | 'csv' = 'json', options?: CallOptions): Promise<ApiResponse<Body.CollectionDocument | string>> {
    return this.connection.send({ method: 'GET', path: '/api/user/collection/export', query: { format } }, options);
  }

  /** Reads an exported document, or CSV as text. */
  importCollection(file: Body.CollectionDocument | string, { dryRun, onConflict, ...options }: ImportOptions = {}): Promise<ApiResponse<Body.ImportReport>> {
    const body = typeof file === 'string' ? new TextBody(file, 'text/csv; charset=utf-8') : file;
    return this.connection.send({ method: 'POST', path: '/api/user/collection/import', query: { dryRun, onConflict }, body, idempotent: true }, options);
  }

  getImport(importId: string, options?: CallOptions): Promise<ApiResponse<Body.ImportReport>> {
    return this.connection.send({ method: 'GET', path: path`/api/user/collection/imports/${importId}` }, options);
  }

  /** Says which fragrance a row means, or that it is left out. */
  settleImportRow(importId: string, row: number, data: { fragranceId: number } | { skip: true }, options?: CallOptions): Promise<ApiResponse<Body.ImportRowAnswer>> {
    return this.connection.send({ method: 'PUT', path: path`/api/user/collection/imports/${importId}/rows/${row}`, body: data }, options);
  }

  commitImport(importId: string, { onConflict, ...options }: CallOptions & { onConflict?: ImportConflict } = {}): Promise<ApiResponse<Body.ImportReport>> {
    return this.connection.send({ method: 'POST', path: path`/api/user/collection/imports/${importId}/commit`, body: { onConflict }, idempotent: true }, options);
  }
}
