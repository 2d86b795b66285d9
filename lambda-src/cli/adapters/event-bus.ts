import {
  DescribeReplayCommand, EventBridgeClient, ListArchivesCommand, ListArchivesCommandOutput, ListRuleNamesByTargetCommand,
  ListRuleNamesByTargetCommandOutput, PutEventsCommand, StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { asked } from './asked';
import { Archive, ReplayOrder, ReplayState, Taken } from '../ports';

/** Buses, their archives and their replays. */
export class EventBuses {
  constructor(private readonly client: EventBridgeClient) {}

  public async putOnDefaultBus({ source, detailType, detail }: { source: string; detailType: string; detail: object }): Promise<Taken> {
    const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
    const { Entries: [answer] = [] } = await asked('events:PutEvents', () => this.client.send(new PutEventsCommand({ Entries: [entry] })));
    if (answer?.EventId) return { taken: true };
    return { taken: false, code: answer?.ErrorCode ?? 'NoAnswer', message: answer?.ErrorMessage ?? 'the bus did not say what became of the event' };
  }

  public async archives(busArn: string): Promise<Archive[]> {
    const found: Archive[] = [];
    let NextToken: string | undefined;
    do {
      const page: ListArchivesCommandOutput = await asked('events:ListArchives', () =>
        this.client.send(new ListArchivesCommand({ EventSourceArn: busArn, NextToken })));
      for (const { ArchiveName, RetentionDays } of page.Archives ?? []) {
        const retention = RetentionDays ? { retentionDays: RetentionDays } : {};
        found.push({ name: ArchiveName!, arn: archiveArn(busArn, ArchiveName!), ...retention });
      }
      ({ NextToken } = page);
    } while (NextToken);
    return found;
  }

  public async rulesInto(busArn: string, queueArn: string): Promise<string[]> {
    const names: string[] = [];
    const EventBusName = busArn.replace(/^.*:event-bus\//, '');
    let NextToken: string | undefined;
    do {
      const page: ListRuleNamesByTargetCommandOutput = await asked('events:ListRuleNamesByTarget', () =>
        this.client.send(new ListRuleNamesByTargetCommand({ TargetArn: queueArn, EventBusName, NextToken })));
      names.push(...page.RuleNames ?? []);
      ({ NextToken } = page);
    } while (NextToken);
    return names.map((name) => `${busArn.replace(':event-bus/', ':rule/')}/${name}`);
  }

  public async startReplay({ name, archiveArn: from, busArn, ruleArns, from: start, to }: ReplayOrder): Promise<void> {
    await asked('events:StartReplay', () => this.client.send(new StartReplayCommand({
      ReplayName: name, EventSourceArn: from, EventStartTime: start, EventEndTime: to, Destination: { Arn: busArn, FilterArns: [...ruleArns] },
    })));
  }

  public async replay(name: string): Promise<ReplayState> {
    const { State, StateReason, EventLastReplayedTime } = await asked('events:DescribeReplay', () =>
      this.client.send(new DescribeReplayCommand({ ReplayName: name })));
    return { state: State ?? 'UNKNOWN', reason: StateReason, lastEventAt: EventLastReplayedTime };
  }
}

/** A list of archives names them only: an archive is in its bus's partition, region and account. */
const archiveArn = (busArn: string, name: string) => busArn.replace(/:event-bus\/.+$/, `:archive/${name}`);
