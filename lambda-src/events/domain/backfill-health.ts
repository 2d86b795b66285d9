import { BlindCause, MemberScope } from '../../../src/events/contract';
import { checkRecorder, Judged } from '../../rules/domain/recorder-health';
import { Log } from '../../shared/log';
import { EventTable } from '../ports';
import { ConfigReader, ListedRule, RecordedTypes, RecorderReader } from '../truth-ports';
import { Blindness, keepBlindTimes } from './blind-times';

/** Looks at a member's recorder, and notes since when it tells nothing. What cannot be read changes nothing that was noted. */
export async function checkMember(
  scope: MemberScope, reader: ConfigReader, table: EventTable, now: Date, keptDays: number, log: Log,
): Promise<void> {
  const { recorder } = reader;
  if (!recorder) return;
  const from = now.toISOString();
  const { recording, delivery } = await checkRecorder(recorder);
  const unrecorded = await rulesWithoutResources(recorder, reader).catch((error: unknown) => {
    log.warn('nobody can tell what the recorder records', { ...scope, reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  });
  const judged: BlindCause[] = [...known('RECORDER_STOPPED', recording), ...known('DELIVERY_FAILED', delivery), ...unrecorded ? ['NOT_RECORDED' as const] : []];
  const found: Blindness[] = [
    ...unhealthy('RECORDER_STOPPED', recording, from), ...unhealthy('DELIVERY_FAILED', delivery, from),
    ...unrecorded && unrecorded.length > 0 ? [{ cause: 'NOT_RECORDED' as const, from, rules: unrecorded }] : [],
  ];
  const { opened, ended } = await keepBlindTimes(table, { scope, judged, found, seenFrom: from, keptDays });
  const problems = [...recording.problems, ...delivery.problems];
  if (problems.length > 0 || opened.length > 0) log.warn('the recorder is not known to be well', { ...scope, problems, causes: found.map(({ cause }) => cause), rules: unrecorded });
  if (ended.length > 0) log.info('the recorder is seen again', { ...scope, causes: ended.map(({ cause }) => cause) });
}

const known = (cause: BlindCause, { verdict }: Judged) => (verdict === 'UNKNOWN' ? [] : [cause]);
const unhealthy = (cause: BlindCause, { verdict }: Judged, from: string): Blindness[] => (verdict === 'UNHEALTHY' ? [{ cause, from }] : []);

/** Rules none of whose types of resources is recorded, so that they find nothing wrong; undefined without a recorder. */
async function rulesWithoutResources(recorder: RecorderReader, reader: ConfigReader): Promise<string[] | undefined> {
  const recorded = await recorder.recordedTypes();
  return recorded && (await reader.rules()).filter((rule) => seesNothing(rule, recorded)).map(({ name }) => name).sort();
}

function seesNothing({ types = [] }: ListedRule, recorded: RecordedTypes): boolean {
  // `AWS::::Account` is nothing that could be recorded.
  const resources = types.filter((type) => !type.startsWith('AWS::::'));
  const isRecorded = (type: string) => ('only' in recorded ? recorded.only.includes(type) : !recorded.allBut.includes(type));
  return resources.length > 0 && !resources.some(isRecorded);
}
