import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CloudFormationCustomResourceEvent, CloudFormationCustomResourceUpdateEvent } from 'aws-lambda';
import { canonicalJson } from './canonical-json';
import { Log } from './log';
import { NothingChanged } from './nothing-changed';
import { retry } from './retry';

/** What the handler of a custom resource made. */
export interface CustomResourceResult {
  readonly physicalResourceId: string;
  /** What `Fn::GetAtt` gives. */
  readonly data?: { readonly [name: string]: string };
}

export interface CustomResourceContext {
  readonly awsRequestId: string;
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

interface Response {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly [name: string]: string };
}

/** CloudFormation drops longer answers without a word, and the stack then waits for its timeout. */
const ANSWER_LIMIT = 4096;
/** Kept back of the function's time, so that an answer can still be sent. */
const TIME_TO_ANSWER = 5_000;

/** Updates that failed before they changed anything, by stack and resource: CloudFormation takes them back with one more Update. */
const unchanged = new Map<string, { readonly id: string; readonly from: string; readonly to: string }>();

/**
 * Runs the handler and always answers CloudFormation: an unanswered request blocks a stack for up to an hour.
 * A Delete that fails is answered as done, with a line in the log, because it must never block a delete or a rollback. An Update that only
 * takes back one that failed with `NothingChanged` is answered as done without asking the handler; `dataOf` gives what `Fn::GetAtt` then gives for
 * the physical id. See docs/decisions/0032.
 */
export async function answerCustomResource(
  event: CloudFormationCustomResourceEvent,
  context: CustomResourceContext,
  log: Log,
  handle: (event: CloudFormationCustomResourceEvent) => Promise<CustomResourceResult>,
  dataOf?: (physicalResourceId: string) => { readonly [name: string]: string },
): Promise<void> {
  const response = takenBack(event, log, dataOf) ?? await outcome(event, context, log, handle);
  const body = Buffer.from(fitted({
    ...response,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  }));
  try {
    await retry({ attempts: 5, base: 500, retryable: () => context.getRemainingTimeInMillis() > 1_000 }, () => put(event.ResponseURL, body));
  } catch (error) {
    // Thrown on, because the Lambda service then invokes once more. The URL is a credential: it is not shown.
    throw new Error(`the answer (${response.Status}${response.Reason ? `: ${response.Reason}` : ''}) for ${event.LogicalResourceId} did not reach CloudFormation: ${message(error)}`);
  }
}

async function outcome(
  event: CloudFormationCustomResourceEvent,
  context: CustomResourceContext,
  log: Log,
  handle: (event: CloudFormationCustomResourceEvent) => Promise<CustomResourceResult>,
): Promise<Response> {
  // A failed Create needs some id, and a failed Update must keep its own: another one would make CloudFormation delete the old resource.
  const currentId = event.RequestType === 'Create' ? `failed-${event.RequestId}` : event.PhysicalResourceId;
  try {
    const { physicalResourceId, data } = await inTime(
      context.getRemainingTimeInMillis() - TIME_TO_ANSWER,
      handle(event),
      'the function ran out of time; deploy again, and if it persists look for a network that drops the calls',
    );
    const response: Response = { Status: 'SUCCESS', PhysicalResourceId: physicalResourceId, Data: data };
    if (JSON.stringify(response).length > ANSWER_LIMIT - 1024) throw new Error('the attributes are too long: CloudFormation takes 4096 bytes in all');
    return response;
  } catch (error) {
    if (event.RequestType === 'Delete') {
      log.warn(`deleting ${event.LogicalResourceId} failed and is answered as done, so that the stack is not blocked; remove ${currentId} by hand if it is still there`, { error: message(error) });
      return { Status: 'SUCCESS', PhysicalResourceId: currentId };
    }
    log.error(`${event.RequestType} of ${event.LogicalResourceId} failed`, { error: message(error) });
    if (event.RequestType === 'Update' && error instanceof NothingChanged) unchanged.set(keyOf(event), { id: currentId, ...directionOf(event) });
    return { Status: 'FAILED', PhysicalResourceId: currentId, Reason: `${message(error)} (log stream ${context.logStreamName})` };
  }
}

/** Nothing in an event says that it is part of a rollback; an Update that is the exact reverse of the one that failed just now is. */
function takenBack(
  event: CloudFormationCustomResourceEvent, log: Log, dataOf?: (physicalResourceId: string) => { readonly [name: string]: string },
): Response | undefined {
  const failed = unchanged.get(keyOf(event));
  unchanged.delete(keyOf(event));
  if (!failed || event.RequestType !== 'Update') return undefined;
  const { from, to } = directionOf(event);
  if (event.PhysicalResourceId !== failed.id || from !== failed.to || to !== failed.from) return undefined;
  log.warn(`${event.LogicalResourceId} is left as it is: this update takes back one that failed before it changed anything`);
  return { Status: 'SUCCESS', PhysicalResourceId: failed.id, Data: dataOf?.(failed.id) };
}

const keyOf = ({ StackId, LogicalResourceId }: CloudFormationCustomResourceEvent) => `${StackId} ${LogicalResourceId}`;
const directionOf = ({ OldResourceProperties, ResourceProperties }: CloudFormationCustomResourceUpdateEvent) =>
  ({ from: canonicalJson(OldResourceProperties), to: canonicalJson(ResourceProperties) });

/** Waits no longer than that many milliseconds for work that is under way. */
export async function inTime<T>(milliseconds: number, work: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), Math.max(0, milliseconds));
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

/** Cuts the reason, never anything else, until the answer fits. */
function fitted(answer: Response & { [name: string]: unknown }): string {
  let reason = answer.Reason;
  let text = JSON.stringify(answer);
  while (reason && Buffer.byteLength(text) > ANSWER_LIMIT) {
    reason = reason.slice(0, reason.length - Math.max(1, Math.ceil((Buffer.byteLength(text) - ANSWER_LIMIT) / 4)));
    text = JSON.stringify({ ...answer, Reason: `${reason}…` });
  }
  return text;
}

async function put(address: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = address.startsWith('http:') ? httpRequest : httpsRequest;
    // The URL is signed for an empty content type.
    const request = send(address, { method: 'PUT', headers: { 'content-type': '', 'content-length': body.length }, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(); else reject(new Error(`CloudFormation's address answered ${status}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 seconds')));
    request.on('error', reject);
    request.end(body);
  });
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));
