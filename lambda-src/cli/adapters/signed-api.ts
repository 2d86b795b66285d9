import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { asked } from './asked';
import { AwsFailure, Misuse } from '../domain/outcome';

const TIMEOUT_MS = 30_000;

export interface Signing {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
}

/** The answer to a GET of the API, signed as API Gateway's IAM authorisation asks for. */
export async function askApi(
  { region, credentials }: Signing, apiUrl: string, path: string, query: { readonly [name: string]: string },
): Promise<unknown> {
  const operation = `GET ${path} of the API`;
  const home = new URL(apiUrl);
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: 'GET', protocol: home.protocol, hostname: home.hostname, path: `${home.pathname.replace(/\/$/, '')}${path}`, query: { ...query },
    headers: { host: home.host, accept: 'application/json' },
  });
  return asked(operation, async () => {
    const { headers: { host: _host, ...headers } } = await signer.sign(request);
    const search = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const response = await reached(new URL(`${home.origin}${request.path}?${search}`), headers);
    const body = await response.text();
    if (response.status === 400) throw new Misuse(`the API refuses the question: ${problem(body)}`);
    if (!response.ok) throw new AwsFailure(operation, `HTTP${response.status}`, problem(body));
    return JSON.parse(body) as unknown;
  });
}

async function reached(url: URL, headers: { readonly [name: string]: string }): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  } catch (error) {
    // fetch says "fetch failed", and the reason is behind it.
    throw (error as Error).cause ?? error;
  }
}

/** Our API tells what is wrong in `detail`, API Gateway in `message`. Neither repeats a credential; anything else is not repeated. */
function problem(body: string): string {
  try {
    const { detail, message, title } = JSON.parse(body) as { [field: string]: unknown };
    const said = [title, detail, message].filter((each) => typeof each === 'string').join(': ');
    return said.replace(/\s+/g, ' ').slice(0, 400) || 'no reason was given';
  } catch {
    return 'no reason was given';
  }
}
