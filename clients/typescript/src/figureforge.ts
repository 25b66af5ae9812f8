import { Connection, type Dialect } from './core/connection.js';
import { refusalWithin } from './core/errors.js';
import type { ClientOptions } from './core/types.js';
import { FigureForgeAuth, FigureForgeProfile } from './figureforge/auth.js';
import { FigureForgeCredits, FigureForgePricing, FigureForgeSubscriptions } from './figureforge/billing.js';
import type * as Body from './figureforge/bodies.js';
import { FigureForgeGallery, FigureForgeImages } from './figureforge/images.js';
import { FigureForgeJobs } from './figureforge/jobs.js';
import { FigureForgeBoards, FigureForgePractice } from './figureforge/practice.js';

export type * from './figureforge/auth.js';
export type * from './figureforge/billing.js';
export type * from './figureforge/bodies.js';
export type * from './figureforge/images.js';
export type * from './figureforge/jobs.js';
export type * from './figureforge/practice.js';
export type { ApiClientConfig, ApiError, ApiResponse, CallOptions, ClientOptions } from './core/types.js';

const dialect: Dialect = {
  refusal: refusalWithin,
  refresh: {
    path: '/api/auth/refresh/',
    body: refreshToken => ({ refresh_token: refreshToken }),
    tokens: ({ access_token, refresh_token }) => ({ accessToken: access_token, refreshToken: refresh_token }),
  },
};

/** A client of FigureForge. After `auth.signIn` every call has a token, and a new one when the last has expired. */
export class FigureForge {
  readonly auth: FigureForgeAuth;
  readonly profile: FigureForgeProfile;
  readonly jobs: FigureForgeJobs;
  readonly images: FigureForgeImages;
  readonly gallery: FigureForgeGallery;
  readonly boards: FigureForgeBoards;
  readonly practice: FigureForgePractice;
  readonly pricing: FigureForgePricing;
  readonly credits: FigureForgeCredits;
  readonly subscriptions: FigureForgeSubscriptions;

  constructor(options: ClientOptions) {
    const connection = new Connection<Body.SignedIn>(options, dialect);
    this.auth = new FigureForgeAuth(connection);
    this.profile = new FigureForgeProfile(connection);
    this.jobs = new FigureForgeJobs(connection);
    this.images = new FigureForgeImages(connection, this.jobs);
    this.gallery = new FigureForgeGallery(connection);
    this.boards = new FigureForgeBoards(connection);
    this.practice = new FigureForgePractice(connection);
    this.pricing = new FigureForgePricing(connection);
    this.credits = new FigureForgeCredits(connection);
    this.subscriptions = new FigureForgeSubscriptions(connection);
  }
}
