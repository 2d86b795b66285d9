import { readFacts, FactSources } from './read-facts';
import { buildReport } from './report';
import { reportFiles } from './report-files';
import { Report } from './report-model';
import { dateProblem, lastDay, periodOf } from './report-period';
import { reportSlack } from './report-slack';
import { reportText } from './report-text';
import { sendOnce, Sending } from './send-once';
import { SlackMessage } from './slack-blocks';
import { TopicMessage } from './topic-message';
import { REPORT_CHANNELS, ReportChannel, reportFolder, reportOnce } from '../../../src/alerts/contract';
import { EVENT_KEYS } from '../../../src/events/contract';
import { Channel } from '../ports';
import { ReportFiles } from '../report-ports';

export interface ReportSettings {
  readonly hub: string;
  readonly reportName: string;
  readonly bucketName: string;
  readonly prefix: string;
  readonly topRules: number;
  readonly region: string;
}

export interface ReportWorld extends FactSources {
  readonly settings: ReportSettings;
  readonly files: ReportFiles;
  readonly slack?: Channel<SlackMessage>;
  readonly email?: Channel<TopicMessage>;
  readonly now: () => Date;
  readonly newToken: () => string;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** What somebody may ask for; all of it may be left out. */
export interface ReportRequest {
  /** YYYY-MM-DD, a UTC day: the last one that is over unless told otherwise. Today is reported as far as it has gone. */
  readonly date?: string;
  /** When the report was due: the day that was over by then is meant, however late it is made. */
  readonly scheduledAt?: string;
  /** Sends it once more to whom it was sent before. */
  readonly again?: boolean;
}

export type Outcome = Sending | 'STORED' | 'FAILED';

export interface ReportAnswer {
  readonly date: string;
  readonly complete: boolean;
  /** By target: `files`, and `slack` and `email` where they are set up. */
  readonly outcomes: { readonly [target: string]: Outcome };
  /** Where the files lie; absent when they could not be stored. */
  readonly folder?: string;
  readonly evaluations: number;
  readonly score: number | null;
  readonly opened: number;
  readonly resolved: number;
}

/** A request that no repetition makes better. */
export class BadRequest extends Error {}

/** Makes the report of a day and brings it to every target. One that fails keeps it from no other. */
export async function deliverReport(world: ReportWorld, request: ReportRequest): Promise<ReportAnswer> {
  const { settings, log } = world;
  const now = world.now();
  const date = request.date ?? lastDay(request.scheduledAt === undefined ? now : new Date(request.scheduledAt));
  const problem = dateProblem(date, now);
  if (problem !== undefined) throw new BadRequest(`date: ${problem}; give a UTC day such as ${lastDay(now)}, or leave it out`);
  const report = buildReport(await readFacts(world, periodOf(date, now), now));

  const failed = (target: string, error: unknown): 'FAILED' => {
    log.error('the daily report did not reach a target', { target, date, error });
    return 'FAILED';
  };
  const folder = reportFolder(settings.prefix, date);
  const stored = await storeFiles(world, report, folder).catch((error: unknown) => failed('files', error));
  const place = stored === 'STORED' ? { bucket: settings.bucketName, folder, region: settings.region } : undefined;
  const senders: { [channel in ReportChannel]: (() => Promise<void>) | undefined } = {
    slack: world.slack && (() => post(world, world.slack!, reportSlack(report, settings.topRules, place))),
    email: world.email && (() => post(world, world.email!, reportText(report, settings.topRules, place))),
  };
  const outcomes = await Promise.all(REPORT_CHANNELS.flatMap((channel) => {
    const send = senders[channel];
    if (!send) return [];
    const sending = oneChannel(world, report, channel, request, send).catch((error: unknown) => failed(channel, error));
    return [sending.then((outcome) => [channel, outcome] as const)];
  }));
  return {
    date,
    complete: report.period.complete,
    outcomes: { files: stored, ...Object.fromEntries(outcomes) },
    ...(place ? { folder: `s3://${place.bucket}/${place.folder}/` } : {}),
    evaluations: report.evaluations.total,
    score: report.score?.percent ?? null,
    opened: report.opened,
    resolved: report.resolved,
  };
}

/** Slack may ask to wait a little; a longer time is the queue's. */
const LONGEST_WAIT_SECONDS = 30;

async function post<M>({ sleep }: ReportWorld, channel: Channel<M>, message: M): Promise<void> {
  let posted = await channel.post(message);
  if (posted.kind === 'wait' && posted.seconds <= LONGEST_WAIT_SECONDS) {
    await sleep(posted.seconds * 1_000);
    posted = await channel.post(message);
  }
  if (posted.kind === 'wait') throw new Error(`it asks to wait for ${posted.seconds} s`);
  if (posted.kind !== 'delivered') throw new Error(`it did not take the message: ${posted.why}`);
}

/** Always the same names: a report that is made again takes the place of the one before, of which a versioned bucket keeps a version. */
async function storeFiles({ files, settings }: ReportWorld, report: Report, folder: string): Promise<'STORED'> {
  for (const { name, content, contentType } of reportFiles(report, settings.topRules)) await files.put(`${folder}/${name}`, content, contentType);
  return 'STORED';
}

async function oneChannel(
  world: ReportWorld, { period }: Report, channel: ReportChannel, { again = false }: ReportRequest, send: () => Promise<void>,
): Promise<Sending> {
  if (again) {
    await send();
    return 'SENT';
  }
  // What is told of a day that goes on takes nothing from what is told when it is over.
  const date = period.complete ? period.date : `${period.date}#so-far`;
  return sendOnce(world, EVENT_KEYS.once(reportOnce(world.settings.reportName, channel), date), send);
}
