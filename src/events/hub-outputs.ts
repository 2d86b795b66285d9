import { ComplianceEventHub } from './compliance-event-hub';
import { Output } from '../private/outputs';

/** What the command line, and whoever sends to the hub, looks for in its stack. */
export const hubOutputs = (hub: ComplianceEventHub): Output[] => [
  { name: 'EventBusArn', description: 'The bus that members send to', value: hub.eventBus.eventBusArn },
  { name: 'AnnouncementBusArn', description: 'The bus that says which compliance changed', value: hub.announcementBus.eventBusArn },
  { name: 'EventsQueueUrl', description: 'Events that wait to be stored', value: hub.eventQueue.queueUrl },
  { name: 'EventsDeadLetterQueueUrl', description: 'Events that could not be stored', value: hub.deadLetterQueue.queueUrl },
  { name: 'EventsTableName', description: 'Events, states and counters', value: hub.eventTable.tableName },
  { name: 'ArchiveArn', description: 'What members sent, to be replayed', value: hub.archive.archiveArn },
  { name: 'IngestRuleArn', description: 'The rule that a replay is for', value: hub.ingestRule.ruleArn },
  { name: 'IngestFunctionArn', description: 'Stores events', value: hub.ingestFunction.functionArn },
  { name: 'ReportsBucketName', description: 'Exports and reports', value: hub.reportsBucket.bucketName },
];
