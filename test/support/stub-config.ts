import { awsError, StubAnswer, StubRequest } from './stub-server';

type Tags = { Key: string; Value: string }[];
interface Kept {
  readonly ConfigurationRecorder: { name: string; [field: string]: unknown };
  Tags: Tags;
  running: boolean;
}

const ROLE = '<RoleName>AWSServiceRoleForConfig</RoleName>';
const iam = (operation: string, content: string): StubAnswer => ({
  body: `<${operation}Response><${operation}Result><Role>${content}</Role></${operation}Result></${operation}Response>`, headers: { 'content-type': 'text/xml' },
});
export const iamError = (code: string, message: string): StubAnswer => ({
  status: code === 'NoSuchEntity' ? 404 : 400,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  headers: { 'content-type': 'text/xml' },
});

/** AWS Config and IAM over HTTP, as an account without a recorder has them. */
export class StubConfig {
  public recorder?: Kept;
  public channel?: { name: string; [field: string]: unknown };
  public hasRole = false;
  /** Answers instead, by operation. */
  public readonly instead = new Map<string, StubAnswer>();

  public readonly answer = (request: StubRequest): StubAnswer => {
    const { operation, json } = request;
    const planned = this.instead.get(operation);
    if (planned) return planned;
    switch (operation) {
      case 'GetRole': return this.hasRole ? iam(operation, ROLE) : iamError('NoSuchEntity', 'The role cannot be found.');
      case 'CreateServiceLinkedRole':
        this.hasRole = true;
        return iam(operation, ROLE);
      case 'ListConfigurationRecorders': return { body: { ConfigurationRecorderSummaries: this.summaries() } };
      case 'ListTagsForResource': return { body: { Tags: this.recorder!.Tags } };
      case 'DescribeDeliveryChannels': return { body: { DeliveryChannels: this.channel ? [this.channel] : [] } };
      case 'PutConfigurationRecorder': return this.putRecorder(json as unknown as Kept);
      case 'PutDeliveryChannel': return this.putChannel(json.DeliveryChannel as { name: string });
      case 'StartConfigurationRecorder':
        this.recorder!.running = true;
        return { body: {} };
      default: return { body: {} };
    }
  };

  private summaries(): object[] {
    const { name } = this.recorder?.ConfigurationRecorder ?? {};
    const ofAService = { name: 'AWSConfigurationRecorderForSecurityHubCSPM_1', arn: 'arn:service', servicePrincipal: 'securityhub.amazonaws.com', recordingScope: 'INTERNAL' };
    return [ofAService, ...(name === undefined ? [] : [{ name, arn: `arn:${name}`, recordingScope: 'PAID' }])];
  }

  private putRecorder(put: Kept): StubAnswer {
    const { name } = put.ConfigurationRecorder;
    if (this.recorder && this.recorder.ConfigurationRecorder.name !== name) return awsError('MaxNumberOfConfigurationRecordersExceededException');
    if (!this.hasRole) return awsError('InvalidRoleException');
    // Tags count when a recorder is made, and only then.
    this.recorder = { ...put, Tags: this.recorder?.Tags ?? put.Tags, running: this.recorder?.running ?? false };
    return { body: {} };
  }

  private putChannel(channel: { name: string }): StubAnswer {
    if (this.channel && this.channel.name !== channel.name) return awsError('MaxNumberOfDeliveryChannelsExceededException');
    this.channel = channel;
    return { body: {} };
  }
}
