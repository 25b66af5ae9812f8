// Generated from contracts/fragrances.openapi.json by scripts/generate.mjs.

export interface BrandDetail {
  id: number;
  name: string;
  description: string;
  country: string;
  foundedYear: number | null;
}

export interface BrandList {
  brands: BrandListItem[];
}

export interface BrandListItem {
  id: number;
  name: string;
  description: string;
  country: string;
  foundedYear: number | null;
  fragranceCount: number;
}

export interface BrandName {
  id: number;
  name: string;
}

export interface BrandShare {
  id: number;
  name: string;
  owned: number;
  timesWorn: number;
}

export interface ChangeCollectionItem {
  rating?: number | null;
  personalNotes?: string | null;
  purchaseDate?: string | null;
  bottleSizeML?: number | null;
  isWishlist?: boolean | null;
  isOwned?: boolean | null;
  timesWorn?: number | null;
  occasions?: string[] | null;
  seasons?: string[] | null;
}

export interface CollectedBrand {
  id: number;
  name: string;
}

export interface CollectedFragrance {
  id: number;
  name: string;
  brand: CollectedBrand;
  imageUrl: string;
  concentration: string;
  gender: string;
}

export interface CollectionAnswer {
  success: boolean;
  message: string;
  collectionItem: CollectionItem;
}

export interface CollectionDocument {
  collection: ExportedItem[];
}

export interface CollectionItem {
  id: number;
  fragrance: CollectedFragrance;
  rating: number | null;
  personalNotes: string;
  purchaseDate: string | null;
  bottleSizeML: number | null;
  remainingML: number | null;
  isWishlist: boolean;
  isOwned: boolean;
  timesWorn: number;
  occasions: string[];
  seasons: string[];
  addedAt: string;
  updatedAt: string;
}

export interface CollectionPage {
  collection: CollectionItem[];
  stats: CollectionTotals;
  pagination: Pagination;
}

export interface CollectionStatistics {
  totals: StatisticsTotals;
  byFamily: FamilyShare[];
  byBrand: BrandShare[];
  bySeason: SeasonShare[];
  ratings: RatingCount[];
  wearsPerMonth: MonthOfWears[];
  notWornForAWhile: IdleItem[];
  year: YearOfWears;
}

export interface CollectionTotals {
  totalOwned: number;
  totalWishlist: number;
  averageRating: number;
  mostWornFragrance: string;
}

export interface CommitImport {
  onConflict?: "skip" | "merge" | "replace" | null;
}

export interface ConfirmReset {
  token: string;
  password?: string | null;
  newPassword?: string | null;
}

export interface Credentials {
  email: string;
  password: string;
  rememberMe?: boolean;
}

export interface Done {
  success: boolean;
  message: string;
}

export interface ErrorBody {
  code: string;
  message: string;
  details?: unknown;
  field?: string;
}

export interface ErrorEnvelope {
  success: boolean;
  error: ErrorBody;
  timestamp: string;
  path: string;
}

export interface ExportedItem {
  name: string;
  brand: string;
  concentration: string;
  rating: number | null;
  notes: string;
  purchaseDate: string | null;
  bottleSizeML: number | null;
  owned: boolean;
  wishlist: boolean;
  timesWorn: number;
  occasions: string[];
  seasons: string[];
  updatedAt: string;
}

export interface FacetValue {
  value: string;
  count: number;
  id: number | null;
}

export interface FamilyShare {
  family: string;
  owned: number;
  timesWorn: number;
}

export interface FragranceDetail {
  id: number;
  name: string;
  brand: BrandDetail;
  description: string;
  launchYear: number | null;
  concentration: string;
  gender: string;
  topNotes: string[];
  middleNotes: string[];
  baseNotes: string[];
  fragranceFamily: string;
  priceRange: string;
  popularityScore: number | null;
  imageUrl: string;
  bottleImageUrl: string;
  isDiscontinued: boolean;
  createdAt: string;
  updatedAt: string;
  accords: string[];
  perfumers: string[];
  longevity: string;
  sillage: string;
  seasons: string[];
  userCollection?: OwnEntry;
}

export interface FragranceList {
  fragrances: FragranceListItem[];
  pagination: Pagination;
  searchTime: number;
  relaxed?: boolean;
  facets?: Record<string, FacetValue[]>;
}

export interface FragranceListItem {
  id: number;
  name: string;
  brand: BrandName;
  description: string;
  launchYear: number | null;
  concentration: string;
  gender: string;
  topNotes: string[];
  middleNotes: string[];
  baseNotes: string[];
  fragranceFamily: string;
  priceRange: string;
  popularityScore: number | null;
  imageUrl: string;
  isInUserCollection: boolean;
  highlight?: Highlights;
}

export interface HealthAnswer {
  status: string;
}

export interface Highlights {
  name: string;
  brand: string;
  description: string;
}

export interface IdleItem {
  collectionItemId: number;
  fragranceId: number;
  name: string;
  brand: string;
  lastWornOn: string | null;
}

export interface ImportCandidate {
  fragranceId: number;
  name: string;
  brand: string;
  concentration: string;
}

export interface ImportReport {
  success: boolean;
  message: string;
  importId: string;
  createdAt: string;
  expiresAt: string;
  summary: Record<string, number>;
  rows: ImportRow[];
}

export interface ImportRow {
  row: number;
  status: string;
  outcome: string | null;
  name: string;
  brand: string;
  concentration: string;
  fragranceId: number | null;
  candidates: ImportCandidate[];
  errors: RowError[];
}

export interface ImportRowAnswer {
  success: boolean;
  message: string;
  row: ImportRow;
}

export interface LogWear {
  date: string;
  occasion?: string | null;
  weather?: string | null;
  rating?: number | null;
  sprays?: number | null;
}

export interface MailWish {
  email: string;
}

export interface MonthOfWears {
  month: string;
  wears: number;
}

export interface NewCollectionItem {
  fragranceId: number;
  rating?: number | null;
  personalNotes?: string | null;
  purchaseDate?: string | null;
  bottleSizeML?: number | null;
  isWishlist?: boolean | null;
  isOwned?: boolean | null;
  occasions?: string[] | null;
  seasons?: string[] | null;
}

export interface OwnEntry {
  rating: number | null;
  personalNotes: string;
  isOwned: boolean;
  isWishlist: boolean;
}

export interface Pagination {
  total: number;
  limit: number;
  offset: number;
  hasMore: boolean;
}

export interface PrivacySettings {
  collectionPublic: boolean;
  recommendationsEnabled: boolean;
}

export interface ProfileUpdated {
  success: boolean;
  message: string;
  profile: UserProfile;
}

export interface PublicCollectionPage {
  collection: PublicItem[];
  stats: CollectionTotals;
  pagination: Pagination;
}

export interface PublicItem {
  fragrance: CollectedFragrance;
  rating: number | null;
  isWishlist: boolean;
  isOwned: boolean;
  timesWorn: number;
  occasions: string[];
  seasons: string[];
  addedAt: string;
}

export interface RatingCount {
  rating: number;
  count: number;
}

export interface Refreshed {
  success: boolean;
  accessToken: string;
  refreshToken: string;
}

export interface RefreshRequest {
  refreshToken?: string | null;
}

export interface Registered {
  success: boolean;
  message: string;
  user: RegisteredUser;
}

export interface RegisteredUser {
  id: string;
  email: string;
  fullName: string;
  emailConfirmed: boolean;
}

export interface RegisterRequest {
  email: string;
  password: string;
  fullName: string;
  experienceLevel?: "beginner" | "enthusiast" | "collector" | null;
}

export interface RowError {
  field: string;
  message: string;
}

export interface SeasonShare {
  season: string;
  owned: number;
  timesWorn: number;
}

export interface SettleImportRow {
  fragranceId?: number | null;
  skip?: boolean | null;
}

export interface SignedIn {
  success: boolean;
  user: SignedInUser;
  accessToken: string;
  refreshToken: string;
}

export interface SignedInUser {
  id: string;
  email: string;
  fullName: string;
  experienceLevel: string;
  emailConfirmed: boolean;
}

export interface SimilarItem {
  id: number;
  name: string;
  brand: string;
  score: number;
  reasons: SimilarReasons;
}

export interface SimilarList {
  similar: SimilarItem[];
}

export interface SimilarReasons {
  sharedNotes: string[];
  sharedAccords: string[];
  sharedPerfumers: string[];
  sameFamily: boolean;
}

export interface StatisticsTotals {
  owned: number;
  wishlist: number;
  rated: number;
  averageRating: number;
  timesWorn: number;
  loggedWears: number;
  bottleML: number;
  remainingML: number;
}

export interface SuggestionItem {
  kind: "brand" | "fragrance";
  id: number;
  text: string;
  brand: string;
}

export interface SuggestionList {
  suggestions: SuggestionItem[];
}

export interface UpdatePrivacySettings {
  collectionPublic?: boolean | null;
  recommendationsEnabled?: boolean | null;
}

export interface UpdateProfile {
  fullName?: string | null;
  experienceLevel?: "beginner" | "enthusiast" | "collector" | null;
  preferredScentTypes?: string[] | null;
  privacySettings?: UpdatePrivacySettings | null;
  onboardingCompleted?: boolean | null;
}

export interface UserProfile {
  id: string;
  email: string;
  fullName: string;
  experienceLevel: "beginner" | "enthusiast" | "collector";
  preferredScentTypes: string[];
  privacySettings: PrivacySettings;
  onboardingCompleted: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface VerifyEmail {
  token: string;
}

export interface Wear {
  id: number;
  date: string;
  occasion: string;
  weather: string;
  rating: number | null;
  sprays: number | null;
  createdAt: string;
}

export interface WearAnswer {
  success: boolean;
  message: string;
  wear: Wear;
  collectionItem: CollectionItem;
}

export interface WearPage {
  wears: Wear[];
  pagination: Pagination;
}

export interface WornItem {
  collectionItemId: number;
  fragranceId: number;
  name: string;
  brand: string;
  wears: number;
}

export interface YearOfWears {
  year: number;
  wears: number;
  days: number;
  fragrances: number;
  mostWorn: WornItem[];
}
