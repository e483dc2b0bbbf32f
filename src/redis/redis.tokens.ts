/** The shared client: every command answers or fails within half a second, and none is sent twice. */
export const REDIS = Symbol('redis');
