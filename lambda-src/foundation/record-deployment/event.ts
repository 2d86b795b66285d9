import * as v from 'valibot';
import { STACK_STATUS_EVENT } from '../../../src/foundation/contract';
import { StackEvent } from '../domain/deployment';

/** `arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{id}`; AWS's own examples leave the last part out. */
const STACK_ID = /^arn:[a-z-]+:cloudformation:[a-z0-9-]+:\d{12}:stack\/([A-Za-z][A-Za-z0-9-]*)(\/[^/]+)?$/;

const stackStatusChange = v.object({
  'id': v.pipe(v.string(), v.minLength(1)),
  'time': v.pipe(v.string(), v.isoTimestamp()),
  'source': v.literal(STACK_STATUS_EVENT.source),
  'detail-type': v.literal(STACK_STATUS_EVENT.detailType),
  'detail': v.object({
    'stack-id': v.pipe(v.string(), v.regex(STACK_ID)),
    'status-details': v.object({ status: v.string() }),
    'client-request-token': v.optional(v.string()),
  }),
});

/** Reads what EventBridge delivers. The reason of a status is left out: it may quote properties. Throws when it is something else. */
export function readStackEvent(event: unknown): StackEvent {
  const read = v.safeParse(stackStatusChange, event);
  if (!read.success) {
    const problems = read.issues.slice(0, 3).map((issue) => v.getDotPath(issue) ?? 'the event').join(', ');
    throw new Error(`this function records "${STACK_STATUS_EVENT.detailType}" events of ${STACK_STATUS_EVENT.source}, and this is none: look at ${problems}`);
  }
  const { id, time, detail } = read.output;
  return {
    eventId: id,
    at: new Date(time),
    stackId: detail['stack-id'],
    stackName: STACK_ID.exec(detail['stack-id'])![1],
    status: detail['status-details'].status,
    requestToken: detail['client-request-token'],
  };
}
