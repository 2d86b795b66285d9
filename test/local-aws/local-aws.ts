import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The account that everything belongs to unless a client says otherwise. */
export const DEFAULT_ACCOUNT = '111111111111';

const HOST = '127.0.0.1';
const DEFAULT_REGION = 'eu-central-1';
const START_TIMEOUT_MS = 30_000;
const TERM_TIMEOUT_MS = 6_000;
const POLL_MS = 25;
const LOG_TAIL_LINES = 25;

export interface LocalAwsOptions {
  /** Where its log, its pid and its temporary files go. Two servers need two of them. */
  readonly stateDir: string;
  readonly region?: string;
  /** A free one is taken when left out. */
  readonly port?: number;
  /** Lets the server outlive this process. Otherwise it ends with it, however it ends. */
  readonly detached?: boolean;
  /** Enforces IAM policies, where MiniStack can. */
  readonly auth?: boolean;
  /** Caps waits that are minutes in production, for a demo; AWS's own times hold when left out. */
  readonly longestWaits?: LongestWaits;
  /** Further environment variables of the server, and so of its functions. */
  readonly env?: Record<string, string>;
}

export interface LongestWaits {
  readonly alarmPeriodSeconds?: number;
  readonly batchingWindowSeconds?: number;
  /** Until a function is given a message of a queue again that it failed with. */
  readonly redeliverySeconds?: number;
}

export interface LocalAws {
  readonly endpoint: string;
  readonly region: string;
  readonly pid: number;
  readonly stateDir: string;
  /** What takes the place of Slack: messages are posted to `/services/…` there, and listed at `/`. */
  readonly slackReceiverUrl: string;
  /** Answers as the HTTP API that was last put there: see `putFrontDoor`. */
  readonly frontDoorUrl: string;
  /** Lets an HTTP API answer at an address that needs no name: those of APIs begin with a name that nobody resolves. */
  putFrontDoor(apiId: string): Promise<void>;
  stop(): Promise<void>;
}

type Running = Pick<LocalAws, 'endpoint' | 'region' | 'pid'>;
/** Where else it listens, as it says itself. */
type Addresses = Pick<LocalAws, 'slackReceiverUrl' | 'frontDoorUrl'>;

/** Starts a server of its own and waits until it answers. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { stateDir, region = DEFAULT_REGION, detached = false } = options;
  const running = await attach(stateDir);
  if (running) throw new Error(`A local AWS already runs from ${stateDir}: pid ${running.pid}, ${running.endpoint}.`);

  const python = await pythonOfVenv();
  const port = options.port ?? await freePort();
  const frontDoor = await freePort();
  mkdirSync(temporary(stateDir), { recursive: true });
  provideSdk(stateDir);
  const log = openSync(logFile(stateDir), 'w');
  // A server that is not detached holds the other end of this pipe, and stops when it closes.
  const child = spawn(python, [join(__dirname, 'launcher.py')], {
    cwd: stateDir,
    detached,
    env: { ...environment(options, region, port), LOCAL_AWS_FRONT_DOOR_PORT: String(frontDoor) },
    stdio: [detached ? 'ignore' : 'pipe', log, log],
  });
  closeSync(log);
  child.unref();
  (child.stdin as unknown as { unref?(): void } | null)?.unref?.();

  let ended: string | undefined;
  child.once('error', error => { ended = error.message; });
  child.once('exit', (code, signal) => { ended = `it ended with ${signal ?? `code ${code}`}`; });

  const server: Running = { endpoint: `http://${HOST}:${port}`, region, pid: child.pid ?? 0 };
  const deadline = Date.now() + START_TIMEOUT_MS;
  let addresses: Addresses | undefined;
  while (!(addresses = await answersAs(server))) {
    if (!ended && Date.now() > deadline) {
      await end(server.pid);
      ended = `it did not answer within ${START_TIMEOUT_MS / 1000} seconds`;
    }
    if (ended) throw new Error(`The local AWS did not start: ${ended}. The end of ${logFile(stateDir)}:\n${logTail(stateDir)}`);
    await sleep(POLL_MS);
  }
  writeFileSync(pidFile(stateDir), `${JSON.stringify(server, null, 2)}\n`);
  return handle(server, addresses, stateDir);
}

/** The server that runs from this directory, if one does. What a dead one left behind is removed. */
export async function attach(stateDir: string): Promise<LocalAws | undefined> {
  if (!existsSync(pidFile(stateDir))) return undefined;
  const server = readPidFile(stateDir);
  const addresses = server && await answersAs(server);
  if (addresses) return handle(server, addresses, stateDir);
  rmSync(pidFile(stateDir), { force: true });
  return undefined;
}

function handle(server: Running, addresses: Addresses, stateDir: string): LocalAws {
  return {
    ...server,
    ...addresses,
    stateDir,
    putFrontDoor: async (apiId) => {
      await fetch(`${server.endpoint}/_local/front-door`, { method: 'POST', body: JSON.stringify({ apiId }) });
    },
    stop: async () => {
      await end(server.pid);
      rmSync(pidFile(stateDir), { force: true });
      rmSync(temporary(stateDir), { recursive: true, force: true });
    },
  };
}

/** Nothing of this process's environment but what is listed, so that a function sees no profile, proxy or Node option of the caller's. */
function environment(options: LocalAwsOptions, region: string, port: number): NodeJS.ProcessEnv {
  const { stateDir, auth, longestWaits, detached, env } = options;
  return {
    // Functions run in the Node that runs this.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    LANG: 'C.UTF-8',
    HOME: stateDir,
    TMPDIR: temporary(stateDir),
    NODE_PATH: runtimeModules(stateDir),
    PYTHONDONTWRITEBYTECODE: '1',
    BIND_HOST: HOST,
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: HOST,
    MINISTACK_REGION: region,
    MINISTACK_ACCOUNT_ID: DEFAULT_ACCOUNT,
    CLOUDTRAIL_RECORDING: '1',
    // It would listen on all interfaces, whatever BIND_HOST says.
    IOT_MTLS_ENABLED: '0',
    ...auth && { AUTH: 'true' },
    ...!detached && { LOCAL_AWS_ENDS_WITH_STDIN: '1' },
    ...longestWaits?.alarmPeriodSeconds && { LOCAL_AWS_LONGEST_ALARM_PERIOD: String(longestWaits.alarmPeriodSeconds) },
    ...longestWaits?.batchingWindowSeconds && { LOCAL_AWS_LONGEST_BATCHING_WINDOW: String(longestWaits.batchingWindowSeconds) },
    ...longestWaits?.redeliverySeconds && { LOCAL_AWS_LONGEST_REDELIVERY: String(longestWaits.redeliverySeconds) },
    ...env,
  };
}

/** Lambda's Node.js runtimes come with the SDK, which CDK's own custom resources rely on. Nothing else of this project's modules is within reach. */
function provideSdk(stateDir: string): void {
  rmSync(runtimeModules(stateDir), { recursive: true, force: true });
  mkdirSync(runtimeModules(stateDir));
  symlinkSync(join(__dirname, '..', '..', 'node_modules', '@aws-sdk'), join(runtimeModules(stateDir), '@aws-sdk'));
}

/** Asked in a process of its own, because the test runner cannot load an ES module. */
async function pythonOfVenv(): Promise<string> {
  const run = promisify(execFile)(process.execPath, [join(__dirname, '..', 'support', 'venv.mjs')]);
  run.child.stderr?.pipe(process.stderr);
  return (await run).stdout.trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve((address as { port: number }).port));
    });
  });
}

/** What this very process says there: a pid or a port may have passed to somebody else. */
async function answersAs(server: Running): Promise<Addresses | undefined> {
  try {
    const response = await fetch(`${server.endpoint}/_local/server`, { signal: AbortSignal.timeout(2_000) });
    const { pid, slackReceiverUrl, frontDoorUrl } = await response.json() as Partial<Running & Addresses>;
    return pid === server.pid ? { slackReceiverUrl: slackReceiverUrl!, frontDoorUrl: frontDoorUrl! } : undefined;
  } catch {
    return undefined;
  }
}

async function end(pid: number): Promise<void> {
  for (const [signal, patience] of [['SIGTERM', TERM_TIMEOUT_MS], ['SIGKILL', TERM_TIMEOUT_MS]] as const) {
    if (!send(pid, signal)) return;
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (!send(pid, 0)) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`The local AWS, pid ${pid}, did not end.`);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function readPidFile(stateDir: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(pidFile(stateDir), 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

function logTail(stateDir: string): string {
  return readFileSync(logFile(stateDir), 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

const pidFile = (stateDir: string) => join(stateDir, 'local-aws.json');
const logFile = (stateDir: string) => join(stateDir, 'local-aws.log');

const temporary = (stateDir: string) => join(stateDir, 'tmp');
const runtimeModules = (stateDir: string) => join(temporary(stateDir), 'runtime');
