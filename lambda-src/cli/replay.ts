import { Command } from './command';
import { findHub, hubIdentity, hubOptions, required } from './domain/hub';
import { formed, moment, whole } from './domain/options';
import { Misuse } from './domain/outcome';
import { checkWindow, chosen, iso, isOver, percent, replayName } from './domain/replay';
import { visible } from './domain/terminal';
import { until } from './domain/wait';
import { ReplayState } from './ports';

const POLL_SECONDS = 5;

/** Sends a time's events of the archive to the hub's ingest again. */
export const replay: Command = {
  name: 'replay',
  does: "Sends a time's events from the archive to the hub's store again, for example after a fault.",
  notes: [
    'What the hub already has changes nothing: no state, no counter. What it missed is stored, marked as replayed, and pages nobody.',
    "Only the rule that feeds the store gets the events, not the consumer's own rules on the bus.",
  ],
  options: {
    ...hubOptions('eventBusArn', 'queueUrl'),
    from: { value: 'time', help: 'First moment: 2026-03-01T08:00:00Z, 2026-03-01 (UTC) or seconds since 1970' },
    to: { value: 'time', help: 'Last moment, ten minutes ago at the latest' },
    archive: { value: 'name', help: "Archive, where the hub's bus has several" },
    name: { value: 'name', help: 'Name of the replay; made from the time when left out' },
    wait: { help: 'Wait until it is done' },
    timeout: { value: 'seconds', help: 'How long to wait with --wait, 10 to 86400 (3600)' },
  },

  async run({ given, world, tell, answer, progress, paint }) {
    const [from, to] = [moment(given, 'from'), moment(given, 'to')];
    if (!from || !to) throw new Misuse('replay needs --from and --to');
    const archiveName = formed(given, 'archive', /^[.\-_A-Za-z0-9]{1,48}$/, 'a name of an archive');
    const name = formed(given, 'name', /^[.\-_A-Za-z0-9]{1,64}$/, '1 to 64 letters, digits, dots, hyphens and underscores') ?? replayName(world.now(), world.newId());
    const seconds = whole(given, 'timeout', 10, 86_400) ?? 3_600;
    const aws = world.aws(hubIdentity(given));
    const { eventBusArn, queueUrl } = required(await findHub(given, aws, 'eventBusArn', 'queueUrl'), 'replay', 'eventBusArn', 'queueUrl');

    const archive = chosen(await aws.archives(eventBusArn), archiveName);
    checkWindow(from, to, archive, world.now());
    const ruleArns = await aws.rulesInto(eventBusArn, (await aws.queue(queueUrl)).arn);
    if (ruleArns.length === 0) throw new Misuse("no rule of the hub's bus sends to the hub's queue: deploy the hub's stack again");

    await aws.startReplay({ name, archiveArn: archive.arn, busArn: eventBusArn, ruleArns, from, to });
    tell(`Replay ${name} of the archive ${visible(archive.name)} has started: ${iso(from)} to ${iso(to)}`);
    tell('It changes no counter of what the hub already has, and pages nobody.');
    const state = given.wait ? await finished() : await aws.replay(name);

    const isWell = given.wait ? state.state === 'COMPLETED' : !['FAILED', 'CANCELLED'].includes(state.state);
    const reason = state.reason ? `: ${visible(state.reason)}` : '';
    tell(`${paint(isWell ? 'green' : 'red', isWell ? '✓' : '✗')} ${state.state}${reason}`);
    if (isWell && !given.wait) tell(`How far it is: aws events describe-replay --replay-name ${name}`);
    answer({
      command: 'replay', well: isWell, name, archive: archive.name, rules: ruleArns, from: iso(from), to: iso(to), state: state.state,
      percent: percent(state, from, to), ...(state.reason ? { reason: state.reason } : {}),
    });
    return isWell;

    async function finished(): Promise<ReplayState> {
      let last = -1;
      const end = await until(world, { seconds, every: POLL_SECONDS }, async () => {
        const now = await aws.replay(name);
        const done = percent(now, from!, to!);
        if (done !== last) progress(`${now.state} ${done} %`);
        last = done;
        return isOver(now) ? now : undefined;
      });
      return end ?? { state: 'RUNNING', reason: `not done within ${seconds} seconds; it goes on` };
    }
  },
};
