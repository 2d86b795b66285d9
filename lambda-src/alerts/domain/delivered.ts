import { StateChange } from '../../../src/events/contract';

/** A queue and a stream bring a thing twice within minutes, if they do. */
const MOST_REMEMBERED = 5_000;

/** What this process has told a channel: a second delivery of the same is not told again. */
export class Delivered {
  private readonly ids = new Set<string>();

  public has({ eventId }: StateChange): boolean {
    return this.ids.has(eventId);
  }

  public add({ eventId }: StateChange): void {
    this.ids.add(eventId);
    if (this.ids.size > MOST_REMEMBERED) this.ids.delete(this.ids.values().next().value!);
  }
}
