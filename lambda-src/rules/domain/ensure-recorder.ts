import { RECORDER_OWNER_TAG } from '../../../src/rules/contract';
import { Log } from '../../shared/log';
import { NothingChanged } from '../../shared/nothing-changed';
import { FoundRecorder, RecorderService, ServiceLinkedRole, Tags, WantedRecorder } from '../ports';

export interface EnsureDependencies {
  readonly recorders: RecorderService;
  readonly role: ServiceLinkedRole;
  readonly log: Log;
}

export interface Ensured {
  readonly name: string;
  /** Whether it is this resource's own. */
  readonly created: boolean;
}

/** Longest value that a tag has. */
const LONGEST_TAG = 256;

/**
 * Whose a recorder is. By the stack's name and not by its id: a stack that is deleted leaves its recorder running, and the next one of
 * that name takes it up again.
 */
export function ownerOf(stackId: string, logicalId: string): string {
  const [, stackName] = stackId.split('/');
  return `${stackName}/${logicalId}`.slice(0, LONGEST_TAG);
}

/**
 * Sees to it that the account has a recorder and a channel in the region. What somebody else made is left exactly as it is: another
 * group of types or another role may be what an auditor, Control Tower or Security Hub relies on.
 */
export async function ensureRecorder(
  dependencies: EnsureDependencies, wanted: WantedRecorder, owner: string, tagsBefore: Tags = {},
): Promise<Ensured> {
  const { recorders, log } = dependencies;
  const found = await recorders.find().catch((error: unknown) => { throw new NothingChanged(error); });
  if (found && found.tags[RECORDER_OWNER_TAG] !== owner) return leave(dependencies, found);

  if (wanted.serviceLinkedRole) await dependencies.role.ensure();
  if (await recorders.putRecorder(wanted, { ...wanted.tags, [RECORDER_OWNER_TAG]: owner }) === 'taken') {
    const other = await recorders.find();
    if (!other) throw new Error('AWS Config says that the account has a recorder and lists none; deploy again');
    return leave(dependencies, other);
  }
  if (found) await settleTags(recorders, found, wanted.tags, tagsBefore);
  await ensureChannel(dependencies, wanted);
  await recorders.start(wanted.name);
  log.info(`the recorder ${wanted.name} records`, { done: found ? 'updated' : 'created', bucket: wanted.channel.bucket });
  return { name: wanted.name, created: true };
}

function leave({ log }: EnsureDependencies, { name, tags }: FoundRecorder): Ensured {
  const owner = tags[RECORDER_OWNER_TAG];
  log.info(`the account has the recorder ${name}${owner === undefined ? '' : ` of ${owner}`}, which is left as it is`);
  return { name, created: false };
}

/** A channel of our name is ours; nobody else names one so. */
async function ensureChannel({ recorders, log }: EnsureDependencies, wanted: WantedRecorder): Promise<void> {
  const present = await recorders.findChannel();
  const ours = present === undefined || present === wanted.name;
  if (ours && await recorders.putChannel(wanted) === 'put') return;
  log.warn(`the account has ${ours ? 'another delivery channel' : `the delivery channel ${present}`}, which is left as it is: what is recorded goes to its bucket`);
}

async function settleTags(recorders: RecorderService, { arn, tags }: FoundRecorder, wanted: Tags, before: Tags): Promise<void> {
  const missing = Object.entries(wanted).filter(([key, value]) => tags[key] !== value);
  if (missing.length > 0) await recorders.tag(arn, Object.fromEntries(missing));
  // Only what an earlier template put there: others may have tagged it as well.
  const gone = Object.keys(before).filter((key) => !(key in wanted) && key in tags);
  if (gone.length > 0) await recorders.untag(arn, gone);
}
