// Generated from contracts/narhub.openapi.json by scripts/generate.mjs.

export interface AddToCart {
  productId: string;
  slug: string;
  name: string;
  icon?: string | null;
  priceMin: number;
  priceMax: number;
  quantity?: number;
}

export interface AdminOrder {
  order: OrderData;
  customer: Customer | null;
  payments: PaymentData[];
  history: OrderChange[];
}

export interface AdminOrderList {
  orders: OrderData[];
  total: number;
}

export interface AdminProduct {
  slug: string;
  name: string;
  icon: string;
  category: string;
  description: string;
  priceMin: number;
  priceMax: number;
  currency: string;
  withdrawnAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface AdminProductAnswer {
  product: AdminProduct;
}

export interface AdminProductList {
  products: AdminProduct[];
}

export interface AdminQuoteList {
  quotes: QuoteData[];
  total: number;
}

export interface AdminUser {
  id: string;
  email: string;
  name: string | null;
  company: string | null;
  role: "user" | "admin";
  email_verified: boolean;
  banned_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface AdminUserAnswer {
  user: AdminUser;
}

export interface AdminUserChange {
  role?: "user" | "admin" | null;
  banned?: boolean | null;
}

export interface AdminUserList {
  users: AdminUser[];
  next: string | null;
}

export interface Assignment {
  order_id: string;
  amount?: number | null;
}

export interface AuthJsCsrf {
  csrfToken: string;
}

export interface AuthJsProvider {
  id: string;
  name: string;
  type: string;
  signinUrl: string;
  callbackUrl: string;
}

export interface AuthJsUrl {
  url: string;
}

export interface BankLineData {
  id: string;
  account: string;
  booked_on: string;
  amount: number;
  currency: string;
  remaining_amount: number;
  is_reversal: boolean;
  payer_name: string | null;
  payer_account: string | null;
  remittance: string;
  bank_reference: string | null;
  state: string;
  reason: string | null;
  suggestions?: Suggestion[];
}

export interface CartAnswer {
  items: CartItem[];
}

export interface CartItem {
  id: string;
  productId: string;
  slug: string;
  name: string;
  icon: string;
  priceMin: number;
  priceMax: number;
  quantity: number;
  priceChanged?: PriceChange;
  available?: boolean;
}

export interface CartMerged {
  message: string;
  items: CartItem[];
}

export interface CartQuantity {
  productId: string;
  quantity: number;
}

export interface ChangedUser {
  id: string;
  email: string;
  name: string | null;
  company: string | null;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Customer {
  id: string;
  email: string;
  name: string | null;
  company: string | null;
  is_erased: boolean;
}

export interface Dismissal {
  reason: string;
}

export interface Done {
  message: string;
}

export interface ErasureWish {
  currentPassword: string;
}

export interface ErrorEnvelope {
  message: string;
  code: string;
  errors?: Record<string, string[]>;
  retryAfter?: number;
  error: string;
  data: unknown;
}

export interface ExportedEvent {
  at: string;
  event: string;
  address: string | null;
}

export interface ExportedSession {
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  address: string | null;
  user_agent: string | null;
  current: boolean;
}

export interface ExportedUser {
  exported_at: string;
  user: UserData;
  cart: CartAnswer;
  orders: OrderData[];
  invoices: InvoiceData[];
  quotes: QuoteData[];
  sessions: ExportedSession[];
  events: ExportedEvent[];
}

export interface ForgottenPassword {
  email: string;
}

export interface GuestCart {
  items: AddToCart[];
}

export interface HealthAnswer {
  status: string;
}

export interface InvoiceAnswer {
  invoice: InvoiceData;
}

export interface InvoiceData {
  id: string;
  kind: string;
  number: string;
  order_id: string;
  corrects: string | null;
  currency: string;
  net_amount: number;
  tax_amount: number;
  gross_amount: number;
  tax_treatment: string;
  issued_at: string;
}

export interface InvoiceList {
  invoices: InvoiceData[];
  total: number;
}

export interface LineAssigned {
  line: BankLineData;
  order: OrderData;
}

export interface LineDismissed {
  line: BankLineData;
}

export interface MailedToken {
  token: string;
}

export interface NewcomerData {
  id: string;
  name: string;
  email: string;
  created_at: string;
}

export interface NewOffer {
  items: OfferedPrice[];
  expires_at?: string | null;
  message?: string | null;
}

export interface NewPayment {
  amount?: number | null;
  currency?: string | null;
  received_on?: string | null;
  note?: string | null;
}

export interface NewProduct {
  slug: string;
  name: string;
  icon: string;
  category: string;
  description: string;
  priceMin: number;
  priceMax: number;
  currency: string;
}

export interface NewUser {
  name: string;
  email: string;
  password: string;
  company?: string | null;
}

export interface NewWebhook {
  url?: string | null;
  description?: string | null;
  event_types?: string[] | null;
}

export interface NoSession {
  user: SessionUser | null;
}

export interface OfferedPrice {
  id: string;
  final_price: number;
}

export interface OrderAnswer {
  order: OrderData;
}

export interface OrderChange {
  status: string;
  at: string;
  actor_id: string | null;
  reason?: string;
}

export interface OrderData {
  id: string;
  user_id: string;
  status: "pending" | "processing" | "completed" | "cancelled" | "refunded";
  total_amount: number;
  currency: string;
  payment_method: string | null;
  payment_reference: string;
  creditor_reference: string;
  payment_confirmed_at: string | null;
  billing_name: string | null;
  billing_company: string | null;
  billing_address: string | null;
  billing_country: string | null;
  billing_vat: string | null;
  notes: string | null;
  created_at: string;
  updated_at: string;
  purchase_order_number: string | null;
  due_date: string;
  tax_treatment: string;
  paid_amount: number;
  due_amount: number;
  credit: number;
  items: OrderItemData[];
  next_statuses?: string[];
  invoices?: InvoiceData[];
  payment_instructions?: PaymentInstructions;
}

export interface OrderDone {
  message: string;
  order: OrderData;
}

export interface OrderHistory {
  orders: OrderData[];
}

export interface OrderItemData {
  id: string;
  order_id: string;
  product_slug: string;
  product_name: string;
  product_icon: string | null;
  price_min: number;
  price_max: number;
  final_price: number | null;
  quantity: number;
  net_amount: number;
  tax_rate: number;
  tax_amount: number;
  gross_amount: number;
  created_at: string;
}

export interface OrderItemWish {
  product_slug: string;
  product_name: string;
  product_icon?: string | null;
  price_min: number;
  price_max: number;
  final_price?: number | null;
  quantity?: number | null;
}

export interface OrderPlaced {
  message: string;
  order: PlacedOrder;
}

export interface OrderWish {
  items: OrderItemWish[];
  total_amount: number;
  currency?: string | null;
  payment_method?: "SEPA" | "SWIFT" | null;
  billing_name?: string | null;
  billing_company?: string | null;
  billing_address?: string | null;
  billing_country?: string | null;
  billing_vat?: string | null;
  notes?: string | null;
  purchase_order_number?: string | null;
  due_date?: string | null;
}

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

export interface PasswordReplacement {
  token: string;
  password: string;
}

export interface PaymentData {
  id: string;
  order_id: string;
  amount: number;
  currency: string;
  received_on: string;
  bank_line_id: string | null;
  note: string | null;
  recorded_by: string | null;
  created_at: string;
}

export interface PaymentInstructions {
  method: string;
  beneficiary: string;
  iban: string;
  bic: string;
  bank: string;
  bank_address?: string;
  charge_code?: string;
  amount: number;
  currency: string;
  reference: string;
  creditor_reference: string;
  due_date: string;
  epc_qr_payload?: string;
  qr_url?: string;
}

export interface PaymentList {
  payments: PaymentData[];
  total_amount: number;
  paid_amount: number;
  due_amount: number;
  credit: number;
  currency: string;
}

export interface PaymentRecorded {
  payment: PaymentData;
  order: OrderData;
}

export interface PlacedOrder {
  id: string;
  payment_reference: string;
  status: "pending" | "processing" | "completed" | "cancelled" | "refunded";
  total_amount: number;
  currency: string;
  created_at: string;
  payment_instructions?: PaymentInstructions;
}

export interface PriceChange {
  old: PriceRange;
  new: PriceRange;
}

export interface PriceRange {
  priceMin: number;
  priceMax: number;
}

export interface ProductAnswer {
  product: ProductData;
}

export interface ProductChange {
  name?: string | null;
  icon?: string | null;
  category?: string | null;
  description?: string | null;
  priceMin?: number | null;
  priceMax?: number | null;
}

export interface ProductData {
  productId: string | null;
  slug: string;
  name: string;
  icon: string;
  category: string;
  description: string;
  priceMin: number;
  priceMax: number;
  currency: string;
}

export interface ProductList {
  products: ProductData[];
}

export interface ProfileAnswer {
  user: UserData;
}

export interface ProfileChange {
  name?: string | null;
  company?: string | null;
}

export interface ProfileUpdated {
  message: string;
  user: ChangedUser;
}

export interface QuoteAcceptance {
  payment_method?: "SEPA" | "SWIFT" | null;
  billing_name?: string | null;
  billing_company?: string | null;
  billing_address?: string | null;
  billing_country?: string | null;
  billing_vat?: string | null;
  notes?: string | null;
  purchase_order_number?: string | null;
  due_date?: string | null;
}

export interface QuoteAnswer {
  quote: QuoteData;
}

export interface QuoteData {
  id: string;
  user_id: string;
  status: "requested" | "offered" | "refused" | "accepted" | "withdrawn" | "expired";
  currency: string;
  notes: string | null;
  message: string | null;
  total_amount: number | null;
  expires_at: string | null;
  order_id: string | null;
  created_at: string;
  updated_at: string;
  version: number;
  items: QuoteItemData[];
}

export interface QuoteItemData {
  id: string;
  quote_id: string;
  product_slug: string;
  product_name: string;
  product_icon: string | null;
  price_min: number;
  price_max: number;
  final_price: number | null;
  quantity: number;
}

export interface QuoteList {
  quotes: QuoteData[];
}

export interface QuoteRefusal {
  message: string;
}

export interface QuoteWish {
  items?: OrderItemWish[] | null;
  currency?: string | null;
  notes?: string | null;
}

export interface Registered {
  message: string;
  user: NewcomerData;
}

export interface SessionAnswer {
  user: SessionUser;
  expires: string;
}

export interface SessionUser {
  id: string;
  name: string | null;
  email: string;
  role?: string;
}

export interface SignedIn {
  user: SessionUser;
}

export interface StatementAnswer {
  statement: StatementData;
  lines: BankLineData[];
}

export interface StatementData {
  id: string;
  format: string;
  created_at: string;
  lines: number;
  new_lines: number;
  matched_lines: number;
  waiting_lines: number;
  open_lines: number;
  dismissed_lines: number;
}

export interface StatementImported {
  statement: StatementData;
  known_lines: number;
}

export interface StatementList {
  statements: StatementData[];
}

export interface StatusWish {
  status: "pending" | "processing" | "completed" | "cancelled" | "refunded";
  reason?: string | null;
}

export interface Suggestion {
  order_id: string;
  payment_reference: string;
  due_amount: number;
  billing_company: string | null;
  billing_name: string | null;
}

export interface UnmatchedList {
  lines: BankLineData[];
  total: number;
}

export interface UserData {
  id: string;
  email: string;
  name: string | null;
  company: string | null;
  role: "user" | "admin";
  email_verified: boolean;
  created_at: string;
  updated_at: string;
}

export interface WebhookAnswer {
  webhook: WebhookData;
}

export interface WebhookChange {
  url?: string | null;
  description?: string | null;
  event_types?: string[] | null;
  enabled?: boolean | null;
}

export interface WebhookData {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  enabled: boolean;
  disabled_because: string | null;
  failing_since: string | null;
  created_at: string;
  updated_at: string;
  secret?: string;
}

export interface WebhookList {
  webhooks: WebhookData[];
}

export interface WebhookMessage {
  message_id: string;
}

export interface WebhookSecret {
  secret: string;
}
