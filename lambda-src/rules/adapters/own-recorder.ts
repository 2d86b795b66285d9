import { ConfigServiceClient, ConfigurationRecorderSummary, ListConfigurationRecordersCommand, ListConfigurationRecordersCommandOutput } from '@aws-sdk/client-config-service';

/** AWS keeps names that begin so to the recorders of its services. */
const OF_A_SERVICE = /^AWSConfigurationRecorderFor/;

export interface OwnRecorder {
  readonly name: string;
  readonly arn: string;
}

/**
 * The account's own recorder in the region: there is at most one beside those of services. By the list and not by
 * `DescribeConfigurationRecorders`: what that asks of a policy when no recorder is named, or none is there, is nowhere written.
 */
export async function ownRecorder(client: ConfigServiceClient): Promise<OwnRecorder | undefined> {
  let token: string | undefined;
  do {
    const page: ListConfigurationRecordersCommandOutput = await client.send(new ListConfigurationRecordersCommand({ NextToken: token }));
    const own = (page.ConfigurationRecorderSummaries ?? []).find(isOwn);
    if (own) return own;
    token = page.NextToken;
  } while (token !== undefined);
  return undefined;
}

function isOwn(summary: ConfigurationRecorderSummary): summary is ConfigurationRecorderSummary & OwnRecorder {
  const { name, arn, servicePrincipal } = summary;
  return name !== undefined && arn !== undefined && !servicePrincipal && !OF_A_SERVICE.test(name);
}
