// The interfaces as the documents print them, but for `export`; what the package exports has to be the same type, or one that
// will do in its place.
import type { FigureForge, GenerateRequest, JobStatus, Page, UpdateImageRequest } from '@colonnade/client/figureforge';
import type * as client from '@colonnade/client/fragrances';
import type {
  AddToCollectionRequest, BrandListResponse, BrandSearchParams, CollectionItemResponse, CollectionParams, CollectionResponse, FragranceDetail,
  FragranceSearchParams, FragranceSearchResponse, LoginRequest, LoginResponse, RegisterRequest, RegisterResponse, UpdateCollectionRequest,
} from '@colonnade/client/fragrances';
import type * as narhub from '@colonnade/client/narhub';
import type * as studio from '@colonnade/client/studio';

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

// Narhub's data types.
interface User {
  id: string
  email: string
  name: string | null
  company: string | null
  role: 'user' | 'admin'
  email_verified: boolean
  created_at: string
  updated_at: string
}

interface CartItem {
  id: string
  productId: string
  slug: string
  name: string
  icon: string
  priceMin: number
  priceMax: number
  quantity: number
}

interface Order {
  id: string
  user_id: string
  status: 'pending' | 'processing' | 'completed' | 'cancelled' | 'refunded'
  total_amount: number
  currency: string
  payment_method: string | null
  payment_reference: string | null
  payment_confirmed_at: string | null
  billing_name: string | null
  billing_company: string | null
  billing_address: string | null
  billing_country: string | null
  billing_vat: string | null
  notes: string | null
  created_at: string
  updated_at: string
  items: OrderItem[]
}

interface OrderItem {
  id: string
  order_id: string
  product_slug: string
  product_name: string
  product_icon: string | null
  price_min: number
  price_max: number
  final_price: number | null
  quantity: number
  created_at: string
}

// What Studio prints of the profile, and asks for with a new order and an upload.
interface Profile {
  id: string;
  name: string;
  email: string;
  avatar: string;
  bio: string;
  joinDate: string;
}

interface NewOrder {
  serviceId: string;
  packageId: string;
  details: {};
}

interface Upload {
  file: File;
  type: string;
  orderId: string;
}

// What FigureForge prints as examples.
interface PrintedWish {
  prompt: string;
  filters: { body_type: string; pose: string; lighting: string; clothing: string; background: string };
  batch_size: number;
  model: string;
}

interface PrintedJob {
  job_id: string;
  status: string;
  images: { id: string; url: string; thumbnail_url: string }[];
}

interface PrintedPage {
  results: unknown[];
  count: number;
  next: string | null;
  previous: string | null;
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
  Yes<Takes<User, narhub.User>>,
  Yes<Takes<CartItem, narhub.CartItem>>,
  Yes<Takes<OrderItem, narhub.OrderItem>>,
  Yes<Takes<Order, narhub.Order>>,
  Yes<Takes<Profile, studio.User>>,
  Yes<Takes<studio.CreateOrderRequest, NewOrder>>,
  Yes<Takes<studio.UploadRequest, Upload>>,
  Yes<Takes<GenerateRequest, PrintedWish>>,
  Yes<Takes<PrintedJob, JobStatus>>,
  Yes<Takes<PrintedPage, Page<unknown>>>,
  Yes<Takes<UpdateImageRequest, { tags: string[]; is_public: boolean }>>,
  Yes<Takes<AsyncIterable<PrintedJob>, ReturnType<FigureForge['jobs']['watch']>>>,
];
