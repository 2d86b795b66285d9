/**
 * What the constructs of compliance events and their functions agree on. It imports nothing of CDK or the SDK, or every bundle would
 * carry it.
 */

/** Source of AWS Config's events. Nobody but AWS can put events of a source that begins with `aws.`. */
export const CONFIG_SOURCE = 'aws.config';
/** Source of the library's own events. */
export const OWN_SOURCE = 'compliance.monitoring';

/** What AWS Config tells about rules and resources. */
export const CONFIG_DETAIL_TYPES = {
  /** A rule came to another result about a resource. */
  complianceChange: 'Config Rules Compliance Change',
  /** A resource was made, changed or deleted. */
  itemChange: 'Config Configuration Item Change',
} as const;

/** What the library itself puts on a member's default bus, to travel the way of AWS Config's events. */
export const OWN_DETAIL_TYPES = {
  /** A member is heard of. */
  heartbeat: 'Compliance Heartbeat',
  /** A person asks whether the way is open. */
  verification: 'Compliance Verification',
} as const;

/** Detail of a heartbeat. Account and region of the event itself say the same, and nobody can forge these. */
export interface HeartbeatDetail {
  readonly account: string;
  readonly region: string;
  /** When it was due, in ISO 8601 with seconds: what the event's own time is later by was lost on the way to the bus. */
  readonly scheduledAt: string;
  /** Until the next one: whoever listens knows when to miss it. Digits as a text where the interval is a parameter of the template. */
  readonly intervalMinutes: number | string;
}
