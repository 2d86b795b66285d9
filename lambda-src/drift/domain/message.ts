import { count } from './explain';
import { MessageDetailValue } from '../../../src/drift/contract';
import { Message, Outbox, OutboxEntry, OutboxSection } from '../ports';

/** What a message says beside the findings. */
export interface MessageContext {
  readonly organization: string;
  readonly environment: string;
  readonly baseline: string;
  readonly detail: MessageDetailValue;
  readonly functionArn: string;
  readonly region: string;
  /** Findings as they stand. */
  readonly open: number;
  readonly pending: number;
  readonly waived: number;
}

/** The message about everything that subscribers have not been told yet. */
export function compose(outbox: Outbox, context: MessageContext): Message {
  const { opened, reopened, changed, resolved, expiring } = outbox;
  const { organization, environment, baseline } = context;
  const parts = [
    opened.count > 0 ? `${opened.count} new` : '',
    reopened.count > 0 ? `${reopened.count} re-opened` : '',
    changed.count > 0 ? `${changed.count} changed` : '',
    resolved.count > 0 ? `${resolved.count} resolved` : '',
    expiring.count > 0 ? `${count(expiring.count, 'waived finding')} about to re-open` : '',
  ].filter((part) => part !== '');
  const news = parts.join(', ');
  const body = [
    headline(context, opened.count + reopened.count, changed.count + resolved.count),
    ...section('New', opened, context),
    ...section('Re-opened', reopened, context),
    ...section('Changed', changed, context),
    ...section('Resolved', resolved, context),
    ...section('Waiver ends within 7 days', expiring, context),
    '',
    `Now in ${environment}: ${context.open} open, ${context.pending} pending promotion, ${context.waived} waived.`,
    ...(context.detail === 'NAMES' ? ['What was expected, what was found, since when and by whom:'] : ['The findings as they stand:']),
    `aws lambda invoke --cli-read-timeout 200 --region ${context.region} --function-name ${context.functionArn} /dev/stdout`,
    '',
    `Organization ${organization}, environment ${environment}, baseline ${baseline}, message ${outbox.id}, since ${outbox.since}.`,
  ].join('\n');
  return {
    id: outbox.id,
    subject: `[${organization}/${environment}] Drift: ${news}`,
    body,
    opened: opened.count,
    reopened: reopened.count,
    resolved: resolved.count,
  };
}

function headline({ environment, baseline, open }: MessageContext, news: number, others: number): string {
  if (news === 0 && others === 0) return `A waiver in ${environment} is about to end.`;
  if (environment === baseline) return open === 0 ? `${environment} is as its policy expects.` : `${environment} is not as its policy expects.`;
  if (open === 0) return `${environment} matches ${baseline} again.`;
  return news > 0 ? `${environment} has drifted from ${baseline}.` : `${environment} still differs from ${baseline}.`;
}

function section(title: string, { count: total, entries }: OutboxSection, { detail }: MessageContext): string[] {
  if (total === 0) return [];
  const rest = total - entries.length;
  return [
    '',
    `${title} (${total})`,
    ...entries.map((entry) => line(entry, detail)),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function line({ name, difference, explanation, waivedUntil }: OutboxEntry, detail: MessageDetailValue): string {
  const until = waivedUntil ? `  (waived until ${waivedUntil})` : '';
  const text = `  ${difference.padEnd(13)}  ${name}${until}`;
  return detail === 'EXPLANATIONS' ? `${text}\n                 ${explanation}` : text;
}
