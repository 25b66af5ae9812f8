// Generated from contracts/studio.openapi.json by scripts/generate.mjs.

export interface Cancellation {
  reason?: string | null;
}

export interface Confirmation {
  paymentIntentId: string;
  paymentMethodId?: string | null;
  returnUrl?: string | null;
}

export interface Confirmed {
  status: string;
  order: Order;
  declineMessage?: string;
  redirectUrl?: string;
}

export interface Content {
  id: string;
  orderId: string;
  type: string;
  mimeType: string;
  size: number;
  createdAt: string;
  name: string;
  uploadedBy: string;
  delivery?: number;
  messageId?: string;
  width?: number;
  height?: number;
  thumbnails: Thumbnail[];
}

export interface ContentAnswer {
  content: Content;
  url: string;
  urlExpiresAt: string;
}

export interface ContentUpload {
  file: string;
  type: string;
  orderId: string;
  fileName?: string | null;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Decision {
  outcome: "completed" | "refunded";
  refundAmount?: number | null;
  note?: string | null;
}

export interface DeliveryData {
  messageId: string;
  type: string;
  createdAt: string;
  state: string;
  attempts: number;
  nextAt: string | null;
  finishedAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
}

export interface DeliveryList {
  deliveries: DeliveryData[];
}

export interface Dispute {
  orderId: string;
  title: string;
  amount: number;
  currency: string;
  customerId: string;
  providerId: string;
  reason: string;
  openedAt: string;
}

export interface DisputeList {
  disputes: Dispute[];
}

export interface Done {
  message: string;
}

export interface EndpointChange {
  url?: string | null;
  description?: string | null;
  eventTypes?: string[] | null;
  enabled?: boolean | null;
}

export interface EndpointData {
  id: string;
  url: string;
  description: string;
  eventTypes: string[];
  enabled: boolean;
  disabledBecause: string | null;
  createdAt: string;
  secret?: string;
}

export interface EndpointList {
  endpoints: EndpointData[];
}

export interface EndpointSecret {
  secret: string;
}

export interface ErrorBody {
  code: string;
  message: string;
  details?: unknown;
}

export interface ErrorEnvelope {
  error: ErrorBody;
}

export interface HealthAnswer {
  status: string;
}

export interface IntentSecret {
  clientSecret: string;
  paymentIntentId: string;
  paymentIntent: PaymentIntent;
}

export interface IntentWish {
  orderId: string;
  amount: number;
}

export interface MailWish {
  email: string;
}

export interface Message {
  id: string;
  authorId: string;
  authorName: string | null;
  text: string;
  contentIds: string[];
  createdAt: string;
}

export interface MessageList {
  messages: Message[];
  pagination?: Pagination;
}

export interface NewDispute {
  reason: string;
}

export interface NewEndpoint {
  url?: string | null;
  description?: string | null;
  eventTypes?: string[] | null;
}

export interface NewMessage {
  text?: string | null;
  contentIds?: string[] | null;
}

export interface NewOrder {
  serviceId: string;
  packageId: string;
  details?: unknown;
}

export interface NewOrderRefund {
  amount?: number | null;
  reason?: string | null;
}

export interface NewPackage {
  name?: string | null;
  description?: string | null;
  price?: number;
  currency?: string | null;
  deliveryDays?: number;
  revisions?: number;
  features?: string[] | null;
}

export interface NewPassword {
  token: string;
  password: string;
}

export interface NewReview {
  rating: number;
  text?: string | null;
}

export interface NewService {
  title: string;
  description?: string | null;
  category: string;
  packages?: NewPackage[] | null;
}

export interface NewUser {
  email: string;
  password: string;
  name: string;
}

export interface Order {
  id: string;
  serviceId: string;
  packageId: string;
  amount: number;
  currency: string;
  status: string;
  details: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
  customerId: string;
  providerId: string;
  title: string;
  packageName: string;
  refunded: number;
}

export interface OrderAnswer {
  order: Order;
  status: string;
  progress: OrderProgress;
}

export interface OrderEvent {
  number: number;
  type: string;
  at: string;
  actor: string;
  actorId: string | null;
  from: string | null;
  to: string | null;
  data: unknown;
}

export interface OrderEventList {
  events: OrderEvent[];
}

export interface OrderList {
  orders: Order[];
  pagination?: Pagination;
}

export interface OrderPlaced {
  order: Order;
  paymentIntent: PaymentIntent;
}

export interface OrderProgress {
  percent: number;
  currentStep: string;
  steps: OrderStep[];
  deliveryDueAt: string | null;
  revisionsUsed: number;
  revisionsAllowed: number;
}

export interface OrderRefund {
  id: string;
  amount: number;
  currency: string;
  reason: string;
  status: string;
  createdAt: string;
  sentAt: string | null;
}

export interface OrderStep {
  key: string;
  label: string;
  status: string;
  at: string | null;
}

export interface Package {
  id: string;
  name: string;
  description: string;
  price: number;
  currency: string;
  deliveryDays: number;
  revisions: number;
  features: string[];
}

export interface PackageSet {
  packages?: NewPackage[] | null;
}

export interface Pagination {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
}

export interface PaymentIntent {
  id: string;
  clientSecret: string;
  amount: number;
  currency: string;
  status: string;
  orderId: string;
  payUrl?: string;
  publishableKey?: string;
}

export interface ProfileChange {
  name?: string | null;
  email?: string | null;
  avatar?: string | null;
  bio?: string | null;
}

export interface RefreshRequest {
  refreshToken: string;
}

export interface RefundList {
  refunds: OrderRefund[];
}

export interface Remark {
  message?: string | null;
}

export interface RequirementsGiven {
  details?: unknown;
}

export interface SentMessage {
  messageId: string;
}

export interface Service {
  id: string;
  title: string;
  description: string;
  category: string;
  providerId: string;
  rating: number | null;
  reviewCount: number;
  packages: Package[];
}

export interface ServiceChange {
  title?: string | null;
  description?: string | null;
  category?: string | null;
}

export interface ServiceDetail {
  service: Service;
  packages: Package[];
}

export interface ServiceList {
  services: Service[];
  pagination?: Pagination;
}

export interface Session {
  id: string;
  token: string;
  accessToken: string;
  refreshToken: string;
  tokenType: string;
  expiresIn: number;
  expiresAt: string;
  refreshExpiresAt: string;
}

export interface SignedIn {
  user: User;
  session: Session;
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

export interface Thumbnail {
  size: number;
  url: string;
}

export interface UpdatedUser {
  user: User;
}

export interface Uploaded {
  url: string;
  id: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
  avatar: string;
  bio: string;
  joinDate: string;
  role: string;
}
