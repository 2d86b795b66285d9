import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  /** Name of the operation, for services that say it in a header or in a form. */
  readonly operation: string;
  /** The body as JSON; an empty object when it is none. */
  readonly json: { readonly [name: string]: unknown };
  readonly at: number;
}

export interface StubAnswer {
  readonly status?: number;
  readonly body?: string | Buffer | object;
  readonly headers?: { readonly [name: string]: string };
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /** Closes the connection instead. */
  readonly hangUp?: boolean;
}

export type Answering = (request: StubRequest, call: number) => StubAnswer | Promise<StubAnswer>;

/** Answers HTTP as a test says, and remembers what it was asked. */
export class StubServer {
  public static async start(answer: Answering): Promise<StubServer> {
    const stub = new StubServer(answer);
    await new Promise<void>((resolve) => {
      stub.server.listen(0, '127.0.0.1', resolve);
    });
    return stub;
  }

  public readonly requests: StubRequest[] = [];
  private readonly server: Server;

  private constructor(public answer: Answering) {
    this.server = createServer((incoming, outgoing) => {
      void read(incoming).then(async (request) => {
        this.requests.push(request);
        const { status = 200, body = '', headers = {}, delay = 0, hangUp = false } = await this.answer(request, this.requests.length);
        if (hangUp) {
          incoming.socket.destroy();
          return;
        }
        const content = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
        setTimeout(() => outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers }).end(content), delay);
      });
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public get operations(): string[] {
    return this.requests.map((request) => request.operation);
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An error as the JSON protocols send it. */
export const awsError = (type: string, message = `planned ${type}`, status = 400): StubAnswer => ({
  status, body: { __type: type, message }, headers: { 'x-amzn-errortype': type },
});

async function read(incoming: IncomingMessage): Promise<StubRequest> {
  const at = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const headers = incoming.headers as { [name: string]: string };
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? new URLSearchParams(body.toString()).get('Action') ?? incoming.method!;
  return { method: incoming.method!, path: incoming.url!, headers, body, operation, json: json(body), at };
}

function json(body: Buffer): { [name: string]: unknown } {
  try {
    return JSON.parse(body.toString()) as { [name: string]: unknown };
  } catch {
    return {};
  }
}
