import * as v from 'valibot';
import { ReportDue } from '../../../src/alerts/contract';
import { ReportRequest } from '../domain/deliver-report';

const instant = v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)), 'it is no time in ISO 8601'));
const due = v.strictObject({ scheduledAt: instant } satisfies { [name in keyof ReportDue]: unknown });
/** Of a rule of EventBridge that somebody made beside ours. */
const scheduled = v.pipe(v.object({ 'detail-type': v.literal('Scheduled Event'), 'time': instant }), v.transform(({ time }) => ({ scheduledAt: time })));
const asked = v.strictObject({ date: v.optional(v.string()), again: v.optional(v.boolean()) });
const batch = v.object({ Records: v.array(v.object({ messageId: v.string(), body: v.string() })) });

export type ReportEvent =
  | { readonly kind: 'direct'; readonly request: ReportRequest }
  | { readonly kind: 'batch'; readonly messages: readonly { readonly id: string; readonly request: () => ReportRequest }[] };

/** Reads what the function is invoked with: messages of its queue, or what a person asks for. Throws when it is neither. */
export function readReportEvent(event: unknown): ReportEvent {
  const records = v.safeParse(batch, event);
  if (!records.success) return { kind: 'direct', request: requestOf(event ?? {}) };
  return {
    kind: 'batch',
    messages: records.output.Records.map(({ messageId, body }) => ({ id: messageId, request: () => requestOf(JSON.parse(body) as unknown) })),
  };
}

function requestOf(content: unknown): ReportRequest {
  const read = v.safeParse(v.union([due, scheduled, asked]), content);
  if (read.success) return read.output;
  throw new Error('a report is asked for with {} for the last whole day, {"date":"YYYY-MM-DD"} for another one, and "again": true to send it once more');
}
