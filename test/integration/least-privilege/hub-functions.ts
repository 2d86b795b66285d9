/** The functions of a hub and of what is attached to it: the logical id of their role, without its hash, where they are deployed for the test. */
export const HUB_FUNCTIONS: { readonly [name: string]: string } = {
  'alerts/daily-report': 'ReportMakeRole',
  'alerts/slack': 'SlackNotifierNotifyRole',
  'alerts/topic': 'MailsNotifierNotifyRole',
  'events/announce': 'HubAnnounceRole',
  'events/audit': 'HubAuditRecountRole',
  'events/backfill': 'HubBackfillReadRole',
  'events/export': 'HubExportWriteRole',
  'events/ingest': 'HubIngestRole',
  'events/query': 'ApiQueryRole',
  'events/watch': 'HubWatchLookRole',
};
