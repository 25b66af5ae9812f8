// Generated from contracts/figureforge.openapi.json by scripts/generate.mjs.

export interface Bill {
  id: string;
  date: string;
  amount: number;
  currency: string;
  status: string;
  description: string;
  invoice_url: string | null;
}

export interface Board {
  id: string;
  name: string;
  image_count: number;
  created_at: string;
}

export interface BoardChange {
  board_id: string;
  changed: number;
}

export interface BoardList {
  results: Board[];
}

export interface BulkAction {
  action: "delete" | "publish" | "unpublish" | "favorite" | "unfavorite" | "download";
  image_ids: string[];
}

export interface BulkOutcome {
  image_id: string;
  success: boolean;
  url: string | null;
}

export interface BulkResult {
  done: number;
  results: BulkOutcome[];
}

export interface ChangeLine {
  description: string;
  amount: number;
}

export interface ChangePreview {
  plan_id: string;
  effective: string;
  effective_at: string;
  amount_due: number;
  currency: string;
  proration_date: number | null;
  lines: ChangeLine[];
}

export interface CheckoutSession {
  checkout_url: string;
  session_id: string;
  expires_at: string;
}

export interface CheckoutWish {
  plan_id?: string | null;
  success_url: string;
  cancel_url: string;
}

export interface CodeSent {
  message: string;
  email: string;
  expires_in: number;
}

export interface CodeTry {
  email?: string | null;
  code: string;
}

export interface CostEstimate {
  model: string;
  batch_size: number;
  credits: number;
  credits_remaining: number;
  credits_after: number;
  affordable: boolean;
  moderation: string;
  eta_seconds: number;
}

export interface CurrentSubscription {
  subscription: SubscriptionData | null;
  quota: Quota;
}

export interface Deleted {
  success: boolean;
  message: string;
}

export interface DeletionWish {
  confirm?: boolean | null;
  confirm_delete?: boolean | null;
  confirmation?: string | null;
}

export interface Done {
  message: string;
}

export interface ErrorBody {
  code: string;
  message: string;
  details: unknown;
}

export interface ErrorEnvelope {
  error: ErrorBody;
}

export interface FavoriteState {
  image_id: string;
  is_favorite: boolean;
  favorite_count: number;
}

export interface FilterList {
  filters: Record<string, string[]>;
}

export interface GenerationAccepted {
  job_id: string;
  status: string;
  model: string;
  credits: number;
  seed: number;
  created_at: string;
  error: JobError | null;
}

export interface GenerationWish {
  prompt?: string | null;
  filters?: Record<string, string> | null;
  batch_size?: number | null;
  model?: string | null;
  seed?: number | null;
  max_wait_seconds?: number | null;
}

export interface HealthAnswer {
  status: string;
}

export interface ImageAppeal {
  comment: string;
}

export interface ImageChange {
  tags?: string[] | null;
  is_public?: boolean | null;
  rating?: number | null;
}

export interface ImageData {
  id: string;
  url: string;
  thumbnail_url: string;
  thumbnail_small_url: string;
  srcset: string;
  prompt: string;
  filters: unknown;
  model: string;
  seed: number;
  width: number;
  height: number;
  tags: string[];
  is_public: boolean;
  is_favorite: boolean;
  favorite_count: number;
  created_at: string;
  is_mine: boolean;
  rating: number | null;
  moderation: string | null;
  job_id: string | null;
}

export interface ImageIds {
  image_ids: string[];
}

export interface ImageReport {
  reason: "nsfw" | "hate" | "violence" | "copyright" | "privacy" | "other";
  comment?: string | null;
}

export interface ImageReview {
  decision: "clean" | "removed";
}

export interface InvalidTokenEnvelope {
  valid: boolean;
  error: ErrorBody;
}

export interface JobError {
  code: string;
  message: string;
}

export interface JobImage {
  id: string;
  url: string;
  thumbnail_url: string;
  thumbnail_small_url: string;
  srcset: string;
  width: number;
  height: number;
  seed: number;
}

export interface JobStatus {
  job_id: string;
  status: string;
  model: string;
  prompt: string;
  filters: unknown;
  seed: number;
  batch_size: number;
  credits: number;
  progress: number;
  queue_position: number | null;
  eta_seconds: number | null;
  attempt: number;
  stalled: boolean;
  cancel_requested: boolean;
  retried_from: string | null;
  remixed_from: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  deadline_at: string | null;
  error: JobError | null;
  images: JobImage[];
}

export interface MailWish {
  email?: string | null;
}

export interface ModelData {
  id: string;
  name: string;
  credits: number;
  description: string;
  available: boolean;
  reason: string | null;
  default: boolean;
}

export interface ModelList {
  models: ModelData[];
}

export interface NamedBoard {
  name: string;
}

export interface NewPaymentMethod {
  payment_method_id: string;
}

export interface PackData {
  id: string;
  name: string;
  price: number;
  currency: string;
  credits: number;
}

export interface PackList {
  packs: PackData[];
}

export interface PackWish {
  pack_id?: string | null;
  plan_id?: string | null;
  success_url: string;
  cancel_url: string;
}

export interface PageOfBill {
  results: Bill[];
  count: number;
  next: string | null;
  previous: string | null;
}

export interface PageOfImageData {
  results: ImageData[];
  count: number;
  next: string | null;
  previous: string | null;
}

export interface PageOfPracticeSummary {
  results: PracticeSummary[];
  count: number;
  next: string | null;
  previous: string | null;
}

export interface PendingReview {
  image_id: string;
  prompt: string;
  reasons: string[];
  reports: number;
  since: string;
  appeal: string | null;
}

export interface PlanChange {
  plan_id: string;
  proration_date?: number | null;
}

export interface PlanData {
  id: string;
  name: string;
  tier: string;
  interval: string | null;
  price: number;
  currency: string;
  credits: number;
  features: string[];
}

export interface PlanList {
  plans: PlanData[];
}

export interface PortalSession {
  portal_url: string;
}

export interface PortalWish {
  return_url?: string | null;
}

export interface PracticeEnd {
  drawn?: number | null;
  seconds?: number | null;
}

export interface PracticePose {
  ordinal: number;
  seconds: number;
  starts_at: number;
  mirrored: boolean;
  image: JobImage | null;
}

export interface PracticeSegment {
  count: number;
  seconds: number;
}

export interface PracticeSession {
  session: PracticeSummary;
  poses: PracticePose[];
}

export interface PracticeSummary {
  id: string;
  source: string;
  segments: PracticeSegment[];
  total_seconds: number;
  created_at: string;
  finished_at: string | null;
  drawn: number;
  drawn_seconds: number;
}

export interface PracticeWish {
  segments: PracticeSegment[];
  source?: "gallery" | "own" | "favorites" | null;
  tags?: string[] | null;
  mirror?: boolean | null;
}

export interface ProfileChange {
  username?: string | null;
  display_name?: string | null;
}

export interface Quota {
  limit: number;
  used: number;
  remaining: number;
  extra: number;
  resets_at: string;
  upsell: boolean;
}

export interface RefreshRequest {
  refresh_token: string;
}

export interface RemixWish {
  prompt?: string | null;
  filters?: Record<string, string> | null;
  batch_size?: number | null;
  model?: string | null;
  seed?: number | null;
}

export interface Reported {
  image_id: string;
  message: string;
}

export interface ReportList {
  results: PendingReview[];
}

export interface Reviewed {
  image_id: string;
  moderation: string;
}

export interface SignedIn {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  user: User;
}

/**
 * Something that happened. JsonElement StripeEvent.Resource is what it happened to, as it was then: a hint where to look, for events come
 * late, twice and out of order. Ask Stripe for its present state.
 */
export interface StripeEvent {
  /** Names it once and for all; for a body without one, a hash of it. */
  id?: string;
  /** As `payment_intent.succeeded`; one of StripeEventType or any other of Stripe's. */
  type?: string;
  created?: string | null;
  /** Null where the sender did not say. */
  livemode?: boolean | null;
  /** The connected account it happened in (Connect); null for one's own, which is the only one that this client speaks to. */
  account?: string | null;
  /** The whole `data`. */
  data?: unknown;
}

/** The answer to an event. */
export interface StripeEventReceived {
  received: boolean;
}

export interface SubscriptionData {
  plan_id: string;
  tier: string;
  status: string;
  current_period_start: string;
  current_period_end: string;
  cancel_at_period_end: boolean;
  canceled_at: string | null;
}

export interface TokenToVerify {
  token?: string | null;
}

export interface User {
  id: string;
  email: string;
  username: string;
  display_name: string;
  created_at: string;
  subscription: SubscriptionData | null;
  quota: Quota;
}

export interface UserExists {
  exists: boolean;
}

export interface UserStats {
  images_generated: number;
  images_remaining: number;
  subscription_tier: string;
  credits_used: number;
  credits_remaining: number;
  upsell: boolean;
  practice_sessions: number;
  practice_drawings: number;
  practice_seconds: number;
}

export interface VerifiedToken {
  valid: boolean;
  user_id: string;
}

export interface WebhookHealth {
  status: string;
}
