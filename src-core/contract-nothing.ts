/** Parameters or result of a request that has none. */
export type Nothing = Record<string, never>;
