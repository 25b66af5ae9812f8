export { CookieJar } from './core/cookies.js';
export { ColonnadeError } from './core/errors.js';
export { MemoryTokenStore, type Tokens, type TokenStore } from './core/session.js';
export type { ApiClientConfig, ApiError, ApiResponse, CallOptions, ClientOptions } from './core/types.js';
export { FigureForge } from './figureforge.js';
export { Fragrances, type AuthClient, type CollectionClient, type FragranceClient } from './fragrances.js';
export { Narhub, type NarhubOptions } from './narhub.js';
export { OrderDesk } from './orderdesk.js';
export { Studio } from './studio.js';
