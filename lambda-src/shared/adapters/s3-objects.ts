import { createHash } from 'node:crypto';
import { partition } from '@aws-sdk/core/client';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { HTTP_TIMEOUTS } from '../clients';
import { retry } from '../retry';

export interface S3ObjectsOptions {
  readonly bucket: string;
  readonly region: string;
  /** Another address than AWS's own; objects are then addressed as `/bucket/key`. */
  readonly endpoint?: string;
  /** Longest wait before the second attempt, in milliseconds. */
  readonly retryBase?: number;
}

/** A call that S3 refused. */
export class S3Failure extends Error {
  constructor(public readonly status: number, public readonly code: string, public readonly key: string, message: string) {
    super(message);
    this.name = 'S3Failure';
  }
}

/** There is no object under that key (or no such bucket: see the code). */
export class ObjectNotFound extends S3Failure {}

/** What a code means for whoever reads the error. */
const ADVICE: { [code: string]: string } = {
  AccessDenied: 'if it was to be read, it may not exist, which S3 does not tell everybody; otherwise check the bucket policy, the key policy of its KMS key, and the permission boundary of the function\'s role',
  NoSuchKey: 'it was deleted; restore its version in the bucket, or deploy a change of what it was made from',
  NoSuchBucket: 'the bucket was deleted; deploy the stack again',
};

/**
 * GET, PUT and DELETE of whole objects. @aws-sdk/client-s3 would be a third of a bundle for these three calls, so they are signed and
 * sent with the libraries that the other clients bring along.
 */
export class S3Objects {
  private readonly signer: SignatureV4;
  private readonly http = new NodeHttpHandler(HTTP_TIMEOUTS);

  constructor(private readonly options: S3ObjectsOptions) {
    // S3 signs paths as they are, unlike every other service.
    this.signer = new SignatureV4({ service: 's3', region: options.region, credentials: fromEnv(), sha256: Sha256, uriEscapePath: false });
  }

  /** Throws ObjectNotFound. */
  public async get(key: string): Promise<Buffer> {
    return this.call('GET', key);
  }

  public async put(key: string, body: Buffer, contentType: string): Promise<void> {
    // Buckets with object lock take no object without a checksum.
    const checksum = createHash('sha256').update(body).digest('base64');
    await this.call('PUT', key, body, { 'content-type': contentType, 'x-amz-checksum-sha256': checksum });
  }

  /** S3 answers the same whether there was an object or not. */
  public async delete(key: string): Promise<void> {
    await this.call('DELETE', key);
  }

  private async call(method: string, key: string, body?: Buffer, headers: { [name: string]: string } = {}): Promise<Buffer> {
    const attempt = async () => {
      const unsigned = this.request(method, key, body, headers);
      // Signed anew each time: a signature is good for some minutes only.
      const signed = await this.signer.sign(unsigned);
      const { response } = await this.http.handle(new HttpRequest({ ...signed, body }));
      const content = await collected(response);
      if (response.statusCode >= 300) throw this.failure(method, key, response.statusCode, content.toString('utf8'));
      return content;
    };
    const passing = (error: unknown) => !(error instanceof S3Failure) || error.status >= 500 || error.status === 429;
    try {
      return await retry({ attempts: 4, base: this.options.retryBase ?? 200, retryable: passing }, attempt);
    } catch (error) {
      if (error instanceof S3Failure) throw error;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new S3Failure(0, 'NetworkFailure', key, `${method} of ${key} in the bucket ${this.options.bucket} failed: ${reason}`);
    }
  }

  private request(method: string, key: string, body: Buffer | undefined, headers: { [name: string]: string }): HttpRequest {
    const { bucket, region } = this.options;
    const path = key.split('/').map(encoded).join('/');
    const home = new URL(this.options.endpoint ?? `https://s3.${region}.${partition(region).dnsSuffix}`);
    // A dot in a bucket's name would not match AWS's certificate.
    const inHost = this.options.endpoint === undefined && !bucket.includes('.');
    const hostname = inHost ? `${bucket}.${home.hostname}` : home.hostname;
    return new HttpRequest({
      method,
      protocol: home.protocol,
      hostname,
      port: home.port === '' ? undefined : Number(home.port),
      path: `${home.pathname.replace(/\/$/, '')}/${inHost ? '' : `${bucket}/`}${path}`,
      headers: { ...headers, host: home.port === '' ? hostname : `${hostname}:${home.port}`, ...(body ? { 'content-length': String(body.length) } : {}) },
      body,
    });
  }

  private failure(method: string, key: string, status: number, text: string): S3Failure {
    const code = /<Code>([^<]{1,100})<\/Code>/.exec(text)?.[1] ?? `HTTP${status}`;
    const advice = ADVICE[code] ?? `S3 answered ${status}`;
    const Failure = status === 404 ? ObjectNotFound : S3Failure;
    return new Failure(status, code, key, `${method} of ${key} in the bucket ${this.options.bucket} failed with ${code}: ${advice}`);
  }
}

/** Percent-encoded as S3 counts it: everything but letters, digits and `-_.~`. */
const encoded = (part: string) => encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

async function collected(response: HttpResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
