/** How long a single attempt of a call may take: a connection that hangs must not cost the whole run. */
export const HTTP_TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/** First wait after a refusal, in milliseconds. A permission takes some seconds to be known everywhere: six attempts wait for up to half a minute. */
export const PERMISSION_RETRY = { retryBase: 1_000 } as const;

/** For calls that go on for minutes: what they take of a table must not fail because others take of it for a while. */
export const ENDURING_CLIENT = { maxAttempts: 10, retryMode: 'standard', requestHandler: HTTP_TIMEOUTS } as const;

/** For calls that are few and must get through. */
export const PATIENT_CLIENT = { maxAttempts: 5, retryMode: 'standard', requestHandler: HTTP_TIMEOUTS } as const;
