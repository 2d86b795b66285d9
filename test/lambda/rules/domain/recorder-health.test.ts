import { checkRecorder, metricsOf, Verdict } from '../../../../lambda-src/rules/domain/recorder-health';
import { ChannelStatus, RecorderHealthReader, RecorderStatus } from '../../../../lambda-src/rules/ports';

const recorder = (more: Partial<RecorderStatus> = {}): RecorderStatus => ({ name: 'default', recording: true, lastStatus: 'SUCCESS', ...more });
const channel = (snapshot?: string, history?: string, notification?: string, lastError?: string): ChannelStatus => ({
  name: 'default',
  deliveries: [{ kind: 'snapshot', lastStatus: snapshot, lastError }, { kind: 'history', lastStatus: history }, { kind: 'notification', lastStatus: notification }],
});
type Answer<T> = T | Error | undefined;
const answer = async <T>(value: Answer<T>): Promise<T | undefined> => {
  if (value instanceof Error) throw value;
  return value;
};
const reader = (ofRecorder: Answer<RecorderStatus>, ofChannel: Answer<ChannelStatus>): RecorderHealthReader => ({
  recorder: () => answer(ofRecorder), channel: () => answer(ofChannel),
});
const DENIED = new Error('reading failed: AccessDeniedException: no');

describe('the health of a recorder', () => {
  it.each<[string, Answer<RecorderStatus>, Verdict, string[]]>([
    ['records', recorder(), 'HEALTHY', []],
    ['has just started', recorder({ lastStatus: 'PENDING' }), 'HEALTHY', []],
    ['has recorded nothing yet', recorder({ lastStatus: undefined }), 'HEALTHY', []],
    ['is not there', undefined, 'UNHEALTHY', ['there is no recorder']],
    ['is stopped', recorder({ recording: false }), 'UNHEALTHY', ['the recorder default is stopped']],
    ['fails', recorder({ lastStatus: 'FAILURE', lastError: 'AccessDenied the role' }), 'UNHEALTHY', ['the recorder default fails to record: AccessDenied the role']],
    ['fails, as the API\'s page writes it', recorder({ lastStatus: 'Failure' }), 'UNHEALTHY', ['the recorder default fails to record']],
    ['is not told of', recorder({ recording: undefined }), 'UNKNOWN', ['AWS Config does not say whether the recorder default records']],
    ['cannot be read', DENIED, 'UNKNOWN', [DENIED.message]],
  ])('that %s', async (_, status, verdict, problems) => {
    const { recording, delivery } = await checkRecorder(reader(status, channel()));
    expect(recording).toEqual({ verdict, problems });
    expect(delivery.verdict).toBe('HEALTHY');
  });

  it.each<[string, Answer<ChannelStatus>, Verdict, string[]]>([
    ['delivers', channel('SUCCESS', 'SUCCESS', 'SUCCESS'), 'HEALTHY', []],
    ['delivers, without a topic', channel('Success', 'Success', 'Not_Applicable'), 'HEALTHY', []],
    ['had nothing to deliver yet', channel(), 'HEALTHY', []],
    ['is not there', undefined, 'UNHEALTHY', ['there is no delivery channel']],
    ['lost a snapshot', channel('FAILURE', 'SUCCESS', undefined, 'NoSuchBucket gone'), 'UNHEALTHY', ['the last snapshot was not delivered: NoSuchBucket gone']],
    ['lost history and notification', channel('SUCCESS', 'FAILURE', 'Failure'), 'UNHEALTHY', ['the last history was not delivered', 'the last notification was not delivered']],
    ['cannot be read', DENIED, 'UNKNOWN', [DENIED.message]],
  ])('whose channel %s', async (_, status, verdict, problems) => {
    const { recording, delivery } = await checkRecorder(reader(recorder(), status));
    expect(delivery).toEqual({ verdict, problems });
    expect(recording.verdict).toBe('HEALTHY');
  });

  it('believes an event that tells of a failure, whatever the channel says of itself', async () => {
    const { delivery } = await checkRecorder(reader(recorder(), channel('SUCCESS')), 'ConfigurationSnapshotDeliveryFailed');
    expect(delivery).toEqual({ verdict: 'UNHEALTHY', problems: ['AWS Config sent ConfigurationSnapshotDeliveryFailed'] });
    const unread = await checkRecorder(reader(recorder(), DENIED), 'ConfigurationSnapshotDeliveryFailed');
    expect(unread.delivery).toEqual({ verdict: 'UNHEALTHY', problems: ['AWS Config sent ConfigurationSnapshotDeliveryFailed', DENIED.message] });
  });

  it('survives what is no error', async () => {
    const odd = { ...reader(recorder(), channel()), recorder: () => Promise.reject('odd') };
    expect((await checkRecorder(odd)).recording).toEqual({ verdict: 'UNKNOWN', problems: ['odd'] });
  });

  it.each<[string, Answer<RecorderStatus>, Answer<ChannelStatus>, object]>([
    ['well', recorder(), channel(), { ConfigRecorderStopped: 0, ConfigDeliveryFailed: 0, ConfigRecorderCheckErrors: 0 }],
    ['stopped', undefined, undefined, { ConfigRecorderStopped: 1, ConfigDeliveryFailed: 1, ConfigRecorderCheckErrors: 0 }],
    ['half unknown', DENIED, channel('FAILURE'), { ConfigDeliveryFailed: 1, ConfigRecorderCheckErrors: 1 }],
    ['unknown', DENIED, DENIED, { ConfigRecorderCheckErrors: 1 }],
  ])('is measured, and what is unknown is never a zero: %s', async (_, ofRecorder, ofChannel, metrics) => {
    expect(metricsOf(await checkRecorder(reader(ofRecorder, ofChannel)))).toEqual(metrics);
  });
});
