/** The functions of a hub and of what is attached to it: their role's logical id begins with this in `examples/typescript/organization.ts`. */
export const HUB_FUNCTIONS: { readonly [name: string]: string } = {
  'alerts/daily-report': 'ReportMakeRole',
  'alerts/slack': 'SlackNotifierNotifyRole',
  'alerts/topic': 'Mails',
  'events/announce': 'HubAnnounceRole',
  'events/audit': 'HubAuditRecountRole',
  'events/backfill': 'HubBackfillReadRole',
  'events/export': 'HubExportWriteRole',
  'events/ingest': 'HubIngestRole',
  'events/query': 'ApiQueryRole',
  'events/watch': 'HubWatchLookRole',
};
