import { Agent, createServer, IncomingMessage, request, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** A call as it arrived. */
export interface CountedCall {
  /** Such as `ssm.GetParametersByPath`, or `s3.PUT`, which names no operation. */
  readonly operation: string;
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
}

/** What a stand-in answers in the place of the service behind; undefined leaves the call to that service. */
export type StandIn = (operation: string, body: string) => object | undefined;

/** An HTTP server in front of a local AWS that counts which operations are called, and when. Who starts it stops it. */
export class CountingProxy {
  public static async start(target: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(new URL(target));
    await new Promise<void>((resolve) => {
      proxy.server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** Answers instead of the service, for what a local one cannot hold. */
  public standIn?: StandIn;
  private calls: CountedCall[] = [];
  private readonly server: Server;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(private readonly target: URL) {
    this.server = createServer((incoming, outgoing) => {
      const at = performance.now();
      this.pass(incoming, outgoing, at).catch((error: Error) => {
        if (outgoing.headersSent) outgoing.destroy(); else outgoing.writeHead(502).end(error.message);
      });
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The calls since this was last asked. */
  public take(): CountedCall[] {
    const taken = this.calls;
    this.calls = [];
    return taken;
  }

  public async stop(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse, at: number): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const operation = operationOf(incoming, body);
    this.calls.push({ operation, at });
    const answer = this.standIn?.(operation, body.toString());
    if (answer) outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    else await this.forward(incoming, body, outgoing);
  }

  private forward({ method, url, headers }: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    const { hostname, port } = this.target;
    return new Promise((resolve, reject) => {
      const forwarded = request({ hostname, port, method, path: url, headers, agent: this.agent }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing).once('finish', resolve).once('error', reject);
      });
      forwarded.once('error', reject).end(body);
    });
  }
}

/** The service stands in the signature; the operation in a header (JSON protocols), in the form (query protocol) or, for S3, in the method. */
export function operationOf({ method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>, body: Buffer): string {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `${service}.${target.split('.').at(-1)}`;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return `${service}.${(isForm && new URLSearchParams(body.toString()).get('Action')) || method}`;
}

/** Calls by operation. */
export function countByOperation(calls: readonly { readonly operation: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

/** The most calls in any window of so many milliseconds, wherever it begins. */
export function busiestWindow(times: readonly number[], length: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, time, last) => {
    while (sorted[first] <= time - length) first += 1;
    return Math.max(most, last - first + 1);
  }, 0);
}
