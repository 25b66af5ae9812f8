// The interfaces as the document prints them, but for `export`; what the package exports has to be the same type.
import type * as client from '@colonnade/client/fragrances';
import type {
  AddToCollectionRequest, BrandListResponse, BrandSearchParams, CollectionItemResponse, CollectionParams, CollectionResponse, FragranceDetail,
  FragranceSearchParams, FragranceSearchResponse, LoginRequest, LoginResponse, RegisterRequest, RegisterResponse, UpdateCollectionRequest,
} from '@colonnade/client/fragrances';

interface ApiClientConfig {
  baseURL: string;
  timeout: number;
  retries: number;
  authToken?: string;
}

interface ApiResponse<T> {
  data: T;
  status: number;
  headers: Record<string, string>;
}

interface ApiError {
  message: string;
  status: number;
  code: string;
  details?: any;
}

interface AuthClient {
  register(data: RegisterRequest): Promise<ApiResponse<RegisterResponse>>;
  login(data: LoginRequest): Promise<ApiResponse<LoginResponse>>;
  logout(): Promise<ApiResponse<{success: boolean}>>;
  resetPassword(email: string): Promise<ApiResponse<{success: boolean}>>;
  refreshToken(): Promise<ApiResponse<{accessToken: string}>>;
}

interface FragranceClient {
  search(params: FragranceSearchParams): Promise<ApiResponse<FragranceSearchResponse>>;
  getById(id: number): Promise<ApiResponse<FragranceDetail>>;
  getBrands(params?: BrandSearchParams): Promise<ApiResponse<BrandListResponse>>;
}

interface CollectionClient {
  getCollection(params?: CollectionParams): Promise<ApiResponse<CollectionResponse>>;
  addToCollection(data: AddToCollectionRequest): Promise<ApiResponse<CollectionItemResponse>>;
  updateCollectionItem(id: number, data: UpdateCollectionRequest): Promise<ApiResponse<CollectionItemResponse>>;
  removeFromCollection(id: number): Promise<ApiResponse<{success: boolean}>>;
}

// The bodies that the document prints beside its endpoints, where they are asked for: what it takes the client takes.
interface DocumentedSearch {
  search?: string;
  brand?: number[];
  gender?: 'Masculine' | 'Feminine' | 'Unisex';
  family?: string;
  priceRange?: 'Budget' | 'Mid-range' | 'Luxury' | 'Niche';
  limit?: number;
  offset?: number;
  sortBy?: 'popularity' | 'name' | 'year' | 'relevance';
  sortOrder?: 'asc' | 'desc';
}

interface DocumentedRegistration {
  email: string;
  password: string;
  fullName: string;
  experienceLevel?: 'beginner' | 'enthusiast' | 'collector';
}

interface DocumentedAddition {
  fragranceId: number;
  rating?: number;
  personalNotes?: string;
  purchaseDate?: string;
  bottleSizeML?: number;
  isWishlist?: boolean;
  isOwned?: boolean;
  occasions?: string[];
  seasons?: string[];
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Takes<A, B> = B extends A ? true : false;
type Yes<T extends true> = T;

export type AsPrinted = [
  Yes<Same<ApiClientConfig, client.ApiClientConfig>>,
  Yes<Same<ApiResponse<number>, client.ApiResponse<number>>>,
  Yes<Same<ApiError, client.ApiError>>,
  Yes<Same<AuthClient, client.AuthClient>>,
  Yes<Same<FragranceClient, client.FragranceClient>>,
  Yes<Same<CollectionClient, client.CollectionClient>>,
  Yes<Takes<AuthClient, client.FragrancesAuth>>,
  Yes<Takes<FragranceClient, client.FragranceCatalogue>>,
  Yes<Takes<CollectionClient, client.FragranceCollection>>,
  Yes<Takes<client.ClientOptions, ApiClientConfig>>,
  Yes<Takes<FragranceSearchParams, DocumentedSearch>>,
  Yes<Takes<RegisterRequest, DocumentedRegistration>>,
  Yes<Takes<AddToCollectionRequest, DocumentedAddition>>,
];
