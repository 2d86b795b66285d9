import * as v from 'valibot';
import { SEVERITIES } from '../../../src/alerts/contract';
import { COMPLIANCE_TYPES, OWN_SOURCE, STATE_CHANGED, StateChange } from '../../../src/events/contract';

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const instant = v.pipe(v.string(), v.isoTimestamp());

const stateChange = v.object({
  eventId: v.pipe(text(64), v.minLength(1)),
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  region: v.pipe(text(64), v.minLength(1)),
  rule: v.pipe(text(256), v.minLength(1)),
  resourceType: text(256),
  resourceId: text(2_048),
  status: v.picklist(COMPLIANCE_TYPES),
  previousStatus: v.optional(v.picklist(COMPLIANCE_TYPES)),
  annotation: v.optional(text(4_096)),
  recordedAt: instant,
  cause: text(256),
  rules: v.array(text(256)),
  alert: v.boolean(),
  replayed: v.boolean(),
  late: v.boolean(),
  severity: v.picklist(SEVERITIES),
  brokenSince: v.optional(instant),
});

const announcement = v.object({
  'account': v.pipe(v.string(), v.regex(/^\d{12}$/)),
  'source': v.literal(OWN_SOURCE),
  'detail-type': v.literal(STATE_CHANGED),
  'detail': stateChange,
});

/** A message that is no announcement of our hub. It never becomes one, so that there is no use in trying it again. */
export class NotOurs extends Error {}

/**
 * Reads a message of a notifier's queue, whose policy lets only the rule on the announcements bus send. Still nothing is believed that is not
 * of this account and of the shape that `events/announce` gives it.
 */
export function readAnnouncement(body: string, account: string): StateChange {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    throw new NotOurs('the message is not JSON');
  }
  const read = v.safeParse(announcement, event);
  if (!read.success) {
    const where = read.issues.slice(0, 3).map((issue) => v.getDotPath(issue) ?? 'the message').join(', ');
    throw new NotOurs(`the message is no "${STATE_CHANGED}" of ${OWN_SOURCE}: look at ${where}`);
  }
  if (read.output.account !== account) throw new NotOurs(`the message comes from account ${read.output.account}, and the hub is in ${account}`);
  return read.output.detail;
}
