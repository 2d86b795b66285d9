/** Kinds that several constructs are given. JavaScript hands over anything, and a wrong kind would often be passed over in silence. */
import { requireKind, requireObject } from './validation';
import { AlertSeverity } from '../alerts/alert-severity';
import { EnvironmentProfile } from '../foundation/environment-profile';

export function requireProfile(prop: string, profile: unknown): void {
  requireKind(prop, profile, EnvironmentProfile, 'use EnvironmentProfile.PROD or one of the others, or EnvironmentProfile.custom()');
}

/** One that may be left out. */
export function requireProfileIfGiven(prop: string, profile: unknown): void {
  if (profile !== undefined) { requireProfile(prop, profile); }
}

export function requireHub(prop: string, hub: unknown): void {
  requireObject(prop, hub, 'announcementBus', 'a compliance event hub', 'give a ComplianceEventHub, or ComplianceEventHub.fromComplianceEventHubAttributes()');
}

export function requireWebhookSecret(prop: string, secret: unknown): void {
  requireObject(prop, secret, 'secretArn', 'a secret of Secrets Manager', 'keep the webhook\'s URL in a secret, and give Secret.fromSecretNameV2()');
}

export function requireSeverityIfGiven(prop: string, severity: unknown): void {
  if (severity !== undefined) { requireKind(prop, severity, AlertSeverity, 'use one of its members, such as AlertSeverity.HIGH'); }
}
