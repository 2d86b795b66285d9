import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles: a function's credentials are always in its environment,
 * so what looks for profiles, single sign-on and instance metadata is 100 KiB that nobody reaches.
 */
export const defaultProvider = fromEnv;
