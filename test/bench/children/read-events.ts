/** So many events in a table in memory, then more and more, and what questions about them take each time. */
import { child } from './child';
import { InMemoryEventTable } from '../../support/in-memory-event-table';
import { EventLoad } from '../event-load';
import { fill, page, report, summary, Taken, taking, walk } from '../event-questions';

export interface ReadInput {
  readonly load: EventLoad;
  /** Rising numbers of events. */
  readonly sizes: readonly number[];
}
/** What was asked at one size. */
export interface ReadOutput {
  readonly events: number;
  readonly summary: Taken;
  readonly page: Taken;
  readonly walk: Taken;
  readonly report: Taken;
}

child<ReadInput, ReadOutput[]>(({ load, sizes }) => async () => {
  const table = new InMemoryEventTable();
  const outputs: ReadOutput[] = [];
  let stored = 0;
  for (const events of sizes) {
    await fill(table, load, stored, events);
    stored = events;
    const now = new Date(Date.parse(load.at) + events + 1_000);
    const sums = await taking(table, (each) => summary(each, now));
    const first = await taking(table, (each) => page(each, now));
    const all = await taking(table, (each) => walk(each, now));
    const made = await taking(table, (each) => report(each, load.at.slice(0, 10), now));
    if (sums.answer.total_events !== events || all.answer !== events) throw new Error(`of ${events} events ${sums.answer.total_events} were counted and ${all.answer} listed`);
    outputs.push({ events, summary: sums.taken, page: first.taken, walk: all.taken, report: made.taken });
  }
  return outputs;
});
