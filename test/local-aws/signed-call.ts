/** Calls of an HTTP API with IAM authorization, signed as AWS wants them. */
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Signing {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly region: string;
  readonly service?: string;
  readonly signingDate?: Date;
}

/** GET of a path, which may have a query; unsigned when nobody signs. */
export async function callApi(apiUrl: string, path: string, signing?: Signing): Promise<Response> {
  const url = new URL(`${apiUrl.replace(/\/$/, '')}${path}`);
  if (!signing) return fetch(url);
  const { credentials, region, service = 'execute-api', signingDate } = signing;
  const request = new HttpRequest({
    method: 'GET', hostname: url.hostname, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: { host: url.host },
  });
  const signed = await new SignatureV4({ service, region, credentials, sha256: Sha256 }).sign(request, { signingDate });
  const { host: _host, ...headers } = signed.headers;
  return fetch(url, { headers });
}
