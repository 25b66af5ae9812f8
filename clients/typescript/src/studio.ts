import { Connection, type Dialect } from './core/connection.js';
import { refusalWithin } from './core/errors.js';
import type { ClientOptions } from './core/types.js';
import { StudioAuth, StudioProfile } from './studio/auth.js';
import type * as Body from './studio/bodies.js';
import { StudioContent, StudioMessages } from './studio/content.js';
import { StudioDisputes, StudioOrders, StudioPayments, StudioRefunds } from './studio/orders.js';
import { StudioServices } from './studio/services.js';
import { StudioWebhooks } from './studio/webhooks.js';

export type * from './studio/auth.js';
export type * from './studio/bodies.js';
export type * from './studio/content.js';
export type * from './studio/orders.js';
export type * from './studio/services.js';
export type * from './studio/webhooks.js';
export type { ApiClientConfig, ApiError, ApiResponse, CallOptions, ClientOptions } from './core/types.js';

const dialect: Dialect = {
  refusal: refusalWithin,
  refresh: { path: '/api/auth/refresh', tokens: ({ session: { accessToken, refreshToken } }) => ({ accessToken, refreshToken }) },
};

/** A client of Studio. After `auth.register` or `auth.login` every call has a token, and a new one when the last has expired. */
export class Studio {
  readonly auth: StudioAuth;
  readonly profile: StudioProfile;
  readonly services: StudioServices;
  readonly orders: StudioOrders;
  readonly payments: StudioPayments;
  readonly content: StudioContent;
  readonly messages: StudioMessages;
  readonly refunds: StudioRefunds;
  readonly disputes: StudioDisputes;
  readonly webhooks: StudioWebhooks;

  constructor(options: ClientOptions) {
    const connection = new Connection<Body.SignedIn>(options, dialect);
    this.auth = new StudioAuth(connection);
    this.profile = new StudioProfile(connection);
    this.services = new StudioServices(connection);
    this.orders = new StudioOrders(connection);
    this.payments = new StudioPayments(connection);
    this.content = new StudioContent(connection);
    this.messages = new StudioMessages(connection);
    this.refunds = new StudioRefunds(connection);
    this.disputes = new StudioDisputes(connection);
    this.webhooks = new StudioWebhooks(connection);
  }
}
