/** What became of a message. */
export type Posted =
  | { readonly kind: 'delivered' }
  /** Not now, but in so many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Whoever is to take it does not answer, or not well. */
  | { readonly kind: 'down'; readonly why: string }
  /** Nobody is to take it under this address. It may be corrected. */
  | { readonly kind: 'gone'; readonly why: string }
  /** It will never be taken as it is. */
  | { readonly kind: 'refused'; readonly why: string };

/** Where messages go. */
export interface Channel<M> {
  post(message: M): Promise<Posted>;
}

/** The queue that the messages came with. */
export interface OwnQueue {
  /** They come again in so many seconds. */
  giveBack(receipts: readonly string[], seconds: number): Promise<void>;
  /** Puts a message where somebody looks at it. */
  setAside(body: string, why: string): Promise<void>;
}

/** Addresses of webhooks. */
export interface Webhooks {
  /** A remembered one may be some minutes old; a fresh one is not. */
  url(fresh: boolean): Promise<string>;
}
