import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What an HTTP API sends on, in format 2.0. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Less is not worth it. */
const LEAST_BYTES = 1_024;
/** Answers are for the caller alone, and are never to be taken for a page. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

/** JSON, compressed as the caller takes it. */
export function respond(
  statusCode: number, body: object, contentType: string, acceptEncoding = '', headers: { readonly [name: string]: string } = {},
): HttpResponse {
  const text = JSON.stringify(body);
  const common = { ...SECURITY_HEADERS, ...headers, 'content-type': contentType, 'vary': 'accept-encoding' };
  const encoding = Buffer.byteLength(text) < LEAST_BYTES ? undefined : encodingFor(acceptEncoding);
  if (encoding === undefined) return { statusCode, headers: common, body: text, isBase64Encoded: false };
  const packed = encoding === 'br' ? brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }) : gzipSync(text);
  return { statusCode, headers: { ...common, 'content-encoding': encoding }, body: packed.toString('base64'), isBase64Encoded: true };
}

/** Only what is named: whoever sends `*` or nothing may not be able to unpack it. */
function encodingFor(accepted: string): 'br' | 'gzip' | undefined {
  const named = accepted.toLowerCase().split(',').map((part) => part.split(';').map((piece) => piece.trim()))
    .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? '')).map(([name]) => name);
  return (['br', 'gzip'] as const).find((encoding) => named.includes(encoding));
}
