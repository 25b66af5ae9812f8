// Generated from contracts/orderdesk.openapi.json by scripts/generate.mjs.

export interface Actor {
  type: string;
  id: string;
  name?: string;
}

export interface AnswerOfApiTokenData {
  success: boolean;
  data: ApiTokenData;
  message?: string;
}

export interface AnswerOfAttemptList {
  success: boolean;
  data: AttemptList;
  message?: string;
}

export interface AnswerOfDeliveryList {
  success: boolean;
  data: DeliveryList;
  message?: string;
}

export interface AnswerOfOrderData {
  success: boolean;
  data: OrderData;
  message?: string;
}

export interface AnswerOfOrderHistoryData {
  success: boolean;
  data: OrderHistoryData;
  message?: string;
}

export interface AnswerOfOrderListData {
  success: boolean;
  data: OrderListData;
  message?: string;
}

export interface AnswerOfRevokedSessions {
  success: boolean;
  data: RevokedSessions;
  message?: string;
}

export interface AnswerOfSessionList {
  success: boolean;
  data: SessionList;
  message?: string;
}

export interface AnswerOfTokenData {
  success: boolean;
  data: TokenData;
  message?: string;
}

export interface AnswerOfTokenList {
  success: boolean;
  data: TokenList;
  message?: string;
}

export interface AnswerOfUserData {
  success: boolean;
  data: UserData;
  message?: string;
}

export interface AnswerOfWebhookData {
  success: boolean;
  data: WebhookData;
  message?: string;
}

export interface AnswerOfWebhookList {
  success: boolean;
  data: WebhookList;
  message?: string;
}

export interface AnswerOfWebhookMessage {
  success: boolean;
  data: WebhookMessage;
  message?: string;
}

export interface AnswerOfWebhookSecret {
  success: boolean;
  data: WebhookSecret;
  message?: string;
}

export interface ApiTokenData {
  tokenId: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  token?: string;
}

export interface AttemptList {
  attempts: WebhookAttempt[];
}

export interface Confirmation {
  uuid: string;
}

export interface Credentials {
  /** An e-mail address */
  email: string;
  password: string;
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

export interface Done {
  success: boolean;
  message: string;
}

export interface ErrorEnvelope {
  success: boolean;
  error: string;
  errorCode: string;
  message?: string;
  timestamp: string;
  errors?: FieldError[];
}

export interface FieldChange {
  from: string;
  to: string;
}

export interface FieldError {
  field: string;
  message: string;
}

export interface HealthAnswer {
  status: string;
}

export interface Mailed {
  success: boolean;
  message: string;
  data: MailedData;
}

export interface MailedData {
  expiresAt: string;
}

export interface MailWish {
  /** An e-mail address */
  email: string;
}

export interface NewOrder {
  /** 1 to 500 characters after trimming */
  title: string;
  /** A number with up to 2 decimal places and 12 digits, as a string (or a number); it comes back as it was sent */
  price: string;
  /** An absolute http or https URL of at most 2048 characters */
  link: string;
  /** active or draft */
  status: "active" | "draft";
}

export interface NewUser {
  /** An e-mail address */
  email: string;
  /** At least 8 characters, at most 1024 bytes */
  password: string;
}

export interface NewWebhook {
  url?: string | null;
  description?: string | null;
  eventTypes?: string[] | null;
}

export interface OrderChange {
  /** 1 to 500 characters after trimming */
  title?: string;
  /** A number with up to 2 decimal places and 12 digits, as a string (or a number); it comes back as it was sent */
  price?: string;
  /** An absolute http or https URL of at most 2048 characters */
  link?: string;
  /** active or draft */
  status?: "active" | "draft";
}

export interface OrderChangeData {
  version: number;
  event: string;
  at: string;
  by: Actor;
  changes?: Record<string, FieldChange>;
}

export interface OrderData {
  orderId: string;
  title: string;
  price: string;
  link: string;
  status: "active" | "draft";
  createdAt: string;
  updatedAt: string;
  ownerId?: string;
}

export interface OrderHistoryData {
  history: OrderChangeData[];
  pagination: Pagination;
}

export interface OrderListData {
  orders: OrderData[];
  pagination: Pagination;
}

export interface Pagination {
  currentPage: number;
  totalPages: number;
  totalItems: number;
  itemsPerPage: number;
}

export interface PasswordReplacement {
  /** An e-mail address */
  email: string;
  /** At least 6 characters */
  code: string;
  /** At least 8 characters, at most 1024 bytes */
  newPassword: string;
}

export interface RefreshRequest {
  refreshToken: string;
}

export interface RevokedSessions {
  revoked: number;
}

export interface SessionData {
  sessionId: string;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  address: string | null;
  userAgent: string | null;
  current: boolean;
}

export interface SessionList {
  sessions: SessionData[];
}

export interface TokenData {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export interface TokenList {
  tokens: ApiTokenData[];
}

export interface TokenWish {
  name?: string | null;
  scopes?: string[] | null;
  expiresAt?: string | null;
}

export interface TypedCode {
  /** An e-mail address */
  email: string;
  /** At least 6 characters */
  code: string;
}

export interface UserChange {
  /** An e-mail address */
  email?: string;
  /** At least 8 characters, at most 1024 bytes */
  password?: string;
}

export interface UserData {
  userId: string;
  email: string;
  createdAt: string;
  updatedAt: string;
}

/** One attempt to deliver. */
export interface WebhookAttempt {
  /** From 1. */
  number: number;
  startedAt: string;
  /** Null while it is under way, or when it was interrupted. */
  durationMs: number | null;
  /** As the receiver answered; null when it did not. */
  status: number | null;
  /**
   * Null when it was accepted (2xx) or is under way; `not_accepted`, `redirected`, `gone`; `address_refused`,
   * `name_unknown`, `unreachable`, `tls_failed`, `timed_out`, `broken_off`; `interrupted` when a node stopped.
   */
  error: string | null;
}

export interface WebhookChange {
  url?: string | null;
  description?: string | null;
  eventTypes?: string[] | null;
  enabled?: boolean | null;
}

export interface WebhookData {
  webhookId: string;
  url: string;
  description: string;
  eventTypes: string[];
  enabled: boolean;
  disabledBecause: string | null;
  failingSince: string | null;
  createdAt: string;
  updatedAt: string;
  secret?: string;
}

export interface WebhookList {
  webhooks: WebhookData[];
}

export interface WebhookMessage {
  messageId: string;
}

export interface WebhookSecret {
  secret: string;
}
