/** Questions about 1,000 to 100,000 events in memory: what they ask of the table must not depend on how many there are. */
import { ReadInput, ReadOutput } from '../children/read-events';
import { mostUnits, PAGE, Taken } from '../event-questions';
import { measure } from '../measure';
import { Results, rounded, Target } from '../report';

/** Each resource has its second event at the first size, so that counters have all their parts from then on. */
const LOAD = { accounts: 10, rules: 50, resources: 500, at: '2026-11-20T10:00:00.000Z' };
const SIZES = [1_000, 5_000, 10_000, 50_000, 100_000];

export async function eventsRead(): Promise<Results> {
  const { output } = await measure<ReadInput, ReadOutput[]>('read-events', { load: LOAD, sizes: SIZES });
  const at = (events: number) => output.find((each) => each.events === events)!;
  const seconds = (taken: Taken) => taken.milliseconds / 1_000;
  return {
    targets: [
      ...sameAt(output, 'summary', 'a summary'),
      ...sameAt(output, 'page', `a page of ${PAGE} events`),
      ...([[10_000, 10], [100_000, 100]] as const).map(([events, limit]): Target => ({
        what: `${events} events listed through the API's code, 500 a page`, bound: 'at most', limit, measured: seconds(at(events).walk), unit: 's',
        note: `${at(events).walk.requests} requests, ${at(events).walk.readUnits} read units; each event once`,
      })),
      ...([[5_000, 10], [50_000, 10]] as const).map(([events, limit]): Target => ({
        what: `the daily report over ${events} events: facts, page, tables`, bound: 'at most', limit, measured: seconds(at(events).report), unit: 's',
        note: `${at(events).report.requests} requests, ${at(events).report.readUnits} read units`,
      })),
    ],
    notes: [`Questions in memory: ${LOAD.accounts} accounts, ${LOAD.rules} rules, ${LOAD.resources} resources, all events on one day.`],
  };
}

function sameAt(outputs: readonly ReadOutput[], question: 'summary' | 'page', what: string): Target[] {
  const [first, last] = [outputs[0], outputs[outputs.length - 1]];
  const all = (of: keyof Taken) => outputs.map((each) => rounded(each[question][of], 4)).join(', ');
  const sizes = outputs.map(({ events }) => events).join(', ');
  return [
    {
      what: `${what} over ${last.events} events, against ${first.events}: requests`, bound: 'at most', limit: first[question].requests,
      measured: last[question].requests, unit: 'requests', note: `at ${sizes} events: ${all('requests')}`,
    },
    {
      what: `${what} over ${last.events} events, against ${first.events}: read units`, bound: 'at most', limit: mostUnits(first[question]),
      measured: last[question].readUnits, unit: 'units', note: `at ${sizes} events: ${all('readUnits')}`,
    },
  ];
}
