import { Call, Command } from './command';
import { announcedAt, answers, Sent, storedAt } from './domain/evidence';
import { findHub, hubIdentity, hubOptions, Places, region } from './domain/hub';
import { text, whole } from './domain/options';
import { asksForToken, Misuse } from './domain/outcome';
import { visible } from './domain/terminal';
import { follow, Hop, Stage } from './domain/verify';
import { Aws } from './ports';
import { OWN_DETAIL_TYPES, OWN_SOURCE, VerificationDetail } from '../../src/events/contract';

/** Sends a test event the whole way, and tells each hop. */
export const verify: Command = {
  name: 'verify',
  does: "Sends a test event from a member's default bus to the hub, and tells how far it comes.",
  notes: [
    "Hops: accepted (by the member's default bus), stored (in the hub's table), answered (by the API), announced (by the hub).",
    "With --member-profile the event is sent with the member's credentials, and looked for with the hub's. Without it both are the same account's.",
  ],
  options: {
    ...hubOptions('tableName', 'apiUrl', 'queueUrl', 'deadLetterQueueUrl'),
    'member-profile': { value: 'name', help: "Profile with credentials for the member; the hub's when left out" },
    'member-region': { value: 'region', help: "The member's region; the hub's when left out" },
    'timeout': { value: 'seconds', help: 'How long to look, 5 to 900 (120)' },
  },

  async run(call) {
    const { given, world, tell, answer, progress, paint } = call;
    const seconds = whole(given, 'timeout', 5, 900) ?? 120;
    const [memberProfile, memberRegion] = [text(given, 'member-profile'), region(given, 'member-region')];
    const identity = hubIdentity(given);
    const hub = world.aws(identity);
    const places = await findHub(given, hub, 'tableName', 'apiUrl', 'queueUrl', 'deadLetterQueueUrl');
    if (!places.tableName && !places.apiUrl) {
      throw new Misuse('verify does not know where to look: give --stack, a stack with the output EventsTableName or ApiUrl, or --table or --api-url');
    }
    const member = world.aws({ profile: memberProfile ?? identity.profile, region: memberRegion ?? await hub.region() });
    const [{ account }, from] = await Promise.all([member.caller(), member.region()]);

    const at = world.now();
    const detail: VerificationDetail = { id: world.newId(), sentAt: at.toISOString() };
    // Looking once before sending: who is not allowed to look should not send.
    const stages = await Promise.all(stagesOf({ account, region: from, ...detail }, hub, places).map(tried));
    tell(`Verification ${detail.id} from account ${account}, ${from}`);
    const hops: Hop[] = [];
    const tellHop = (hop: Hop) => {
      for (const line of linesOf(hop)) tell(paint(COLOURS[hop.status], line));
    };
    const taken = await member.putOnDefaultBus({ source: OWN_SOURCE, detailType: OWN_DETAIL_TYPES.verification, detail });
    const took = Math.round((world.now().getTime() - at.getTime()) / 100) / 10;
    hops.push(taken.taken
      ? { hop: 'accepted', status: 'OK', seconds: took, note: `by the default bus of ${account}` }
      : { hop: 'accepted', status: 'FAILED', note: `${taken.code}: ${taken.message}`, runbook: 'Compliance events not sent' });
    tellHop(hops[0]);
    if (taken.taken) {
      progress(`looking for up to ${seconds} seconds`);
      hops.push(...await follow(world, stages, { at, seconds }, tellHop));
    }
    const isWell = hops.every(({ status }) => status === 'OK' || status === 'NOT_LOOKED_AT');
    const queues = isWell ? undefined : await tellQueues(call, hub, places);
    answer({ command: 'verify', well: isWell, ...detail, account, region: from, hops, ...(queues ? { queues } : {}) });
    return isWell;
  },
};

function stagesOf(sent: Sent, hub: Aws, { tableName, apiUrl }: Places): Stage[] {
  const table = tableName === undefined ? undefined : hub.table(tableName);
  const noTable = { whyNot: 'give --table, or --stack with the output EventsTableName' };
  return [
    {
      hop: 'stored', runbook: 'A test event that does not arrive', ...(table ? {
        look: async () => {
          const stored = await storedAt(table, sent);
          return stored && `in the hub's table, received at ${stored}`;
        },
      } : noTable),
    },
    {
      hop: 'answered', behind: 'stored', runbook: 'A test event that the API does not answer', ...(apiUrl ? {
        look: async () => (await answers((path, query) => hub.ask(apiUrl, path, query), sent) ? 'by the API' : undefined),
      } : { whyNot: 'give --api-url, or --stack with the output ApiUrl' }),
    },
    {
      hop: 'announced', behind: 'stored', runbook: 'A test event that is not announced', ...(table ? {
        look: async () => {
          const announced = await announcedAt(table, sent.id);
          return announced && `on the hub's announcement bus at ${announced}`;
        },
      } : noTable),
    },
  ];
}

/** A stage as it is, unless it is an API that asks for a token. */
async function tried(stage: Stage): Promise<Stage> {
  try {
    await stage.look?.();
    return stage;
  } catch (error) {
    if (!asksForToken(error)) throw error;
    const { look: _look, ...rest } = stage;
    return { ...rest, whyNot: 'the API asks for a token, and takes no signature' };
  }
}

const MARKS = { OK: '✓', FAILED: '✗', NOT_REACHED: '·', NOT_LOOKED_AT: '·' } as const;
const COLOURS = { OK: 'green', FAILED: 'red', NOT_REACHED: 'dim', NOT_LOOKED_AT: 'dim' } as const;

function linesOf({ hop, status, seconds, note, runbook }: Hop): string[] {
  const what = status === 'OK' ? `after ${seconds} s, ` : status === 'NOT_LOOKED_AT' ? 'not looked at: ' : status === 'NOT_REACHED' ? 'not reached: ' : '';
  return [`${MARKS[status]} ${hop.padEnd(9)}  ${what}${visible(note)}`, ...(runbook ? [`             see "${runbook}" in docs/runbook.md`] : [])];
}

/** Where an event may be that did not come. */
async function tellQueues({ tell }: Call, hub: Aws, { queueUrl, deadLetterQueueUrl }: Places): Promise<object | undefined> {
  if (!queueUrl || !deadLetterQueueUrl) return undefined;
  const [queue, dead] = await Promise.all([hub.queue(queueUrl), hub.queue(deadLetterQueueUrl)]);
  tell(`Of all events, ${queue.waiting + queue.inFlight} are in the hub's queue, and ${dead.waiting + dead.inFlight} in its dead-letter queue`);
  return { waiting: queue.waiting + queue.inFlight, deadLetters: dead.waiting + dead.inFlight };
}
