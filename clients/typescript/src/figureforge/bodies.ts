import type { Connection } from '../core/connection.js';
import type { Span } from '../core/pages.js';
import type * as Body from '../generated/figureforge.js';

export type * from '../generated/figureforge.js';

export type FigureForgeConnection = Connection<Body.SignedIn>;

export type JobState = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
export type Tier = 'free' | 'hobby' | 'pro' | 'studio';
export type ReportReason = 'nsfw' | 'hate' | 'violence' | 'copyright' | 'privacy' | 'other';
export type PracticeSource = 'gallery' | 'own' | 'favorites';
export type Filters = Record<string, string>;

/** A part of a list; `next` and `previous` are the paths of the parts beside it. */
export interface Page<T> {
  results: T[];
  count: number;
  next: string | null;
  previous: string | null;
}

/** A `prompt` or `filters`; image i of a batch is drawn with `seed` + i. */
export interface GenerateRequest {
  prompt?: string;
  filters?: Filters;

  /** 1 to 4. */
  batch_size?: number;

  /** The first that is available unless given. */
  model?: string;
  seed?: number;

  /** How long the pictures are worth waiting for; then the job fails and costs nothing. */
  max_wait_seconds?: number;
}

/** What changes; an empty filter is taken away. */
export type RemixRequest = Omit<GenerateRequest, 'max_wait_seconds'>;

export type GenerationAccepted = Omit<Body.GenerationAccepted, 'status'> & { status: JobState };

/** A job as its owner sees it; `images` is empty until it is completed. */
export type JobStatus = Omit<Body.JobStatus, 'status' | 'filters'> & { status: JobState; filters: Filters };
export type Image = Omit<Body.ImageData, 'filters'> & { filters: Filters };
export type UpdateImageRequest = { tags?: string[]; is_public?: boolean; rating?: number };

/** With `download` each outcome has the picture's URL. */
export type BulkAction = 'delete' | 'publish' | 'unpublish' | 'favorite' | 'unfavorite' | 'download';
export type Subscription = Omit<Body.SubscriptionData, 'tier'> & { tier: Tier };
export type CurrentSubscription = { subscription: Subscription | null; quota: Body.Quota };

/** Filters narrow together; every tag must be on an image. */
export interface ImageFilter {
  tags?: string | string[];

  /** Words of the prompt, a tag or a seed. */
  q?: string;
  model?: string;
  seed?: number;

  /** From then on, a day or a time in ISO 8601. */
  from?: string;

  /** Before then. */
  to?: string;
  min_rating?: number;
  sort?: 'newest' | 'oldest' | 'rating';
}

/** 20 unless a limit is given, at most 100. */
export type ImageParams = ImageFilter & Span;

/** `{CHECKOUT_SESSION_ID}` in `success_url` becomes the session's id. Coming back proves nothing: ask for the subscription. */
export interface ReturnUrls {
  success_url: string;
  cancel_url: string;
}
