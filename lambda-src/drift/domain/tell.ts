import { countStanding } from './answer';
import { DetectDependencies } from './dependencies';
import { compose } from './message';
import { Finding } from '../ports';

/** Something that does not stop the run, and shows in its metrics. */
export type NoteFailure = (what: string, error: unknown) => void;

/** Tells subscribers what the outbox holds. What could not be sent stays there for the next run. */
export async function tell(d: DetectDependencies, baseline: string, standing: Finding[], failed: NoteFailure): Promise<void> {
  const { store, notifier, settings } = d;
  const outbox = await store.outbox();
  if (!outbox) return;
  try {
    await notifier.publish(compose(outbox, { ...settings, ...countStanding(standing), baseline, detail: settings.messageDetail }));
    await store.sent(outbox.id);
  } catch (error) {
    failed(`the message ${outbox.id} could not be sent or ticked off; the next check sends it, under the same id`, error);
  }
}
