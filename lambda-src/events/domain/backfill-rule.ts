import { EVENT_KEYS, StateItem } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { ConfigReader, Found, StoreFacts } from '../truth-ports';
import { closingOf, Learned, newsOf, Reading, stateKeyOf } from './backfill-compare';

export interface RuleWorld {
  readonly table: EventTable;
  readonly reader: ConfigReader;
  readonly store: StoreFacts;
}

export interface RuleOutcome {
  readonly rule: string;
  /** Facts that the table did not have. */
  readonly stored: number;
  /** Those of them that were lost on the way. */
  readonly lost: number;
  /** States that were closed. */
  readonly closed: number;
  /** Resources that the rule has a result for. */
  readonly present: number;
}

/** States that could be left over from a rule's resources: they are closed unless AWS Config still lists them. */
export type LeftOver = Pick<StateItem, 'resourceType' | 'resourceId'>;

/** Brings the states of a rule in line with what AWS Config says. Throws when that could not be read to the end: then nothing is closed. */
export async function backfillRule(reading: Reading, suspects: readonly LeftOver[], world: RuleWorld): Promise<RuleOutcome> {
  const listed = new Set<string>();
  let [stored, lost, present] = [0, 0, 0];
  for await (const page of world.reader.results(reading.rule)) {
    const learned = await learn(reading, page, world);
    stored += learned.length;
    lost += learned.filter((each) => each.lost).length;
    for (const found of page) {
      listed.add(nameOf(found));
      if (found.status !== 'NOT_APPLICABLE') present += 1;
    }
  }
  const gone = suspects.filter((suspect) => !listed.has(nameOf(suspect)));
  return { rule: reading.rule, stored, lost, closed: await close(reading, gone, world), present };
}

/** Stores what the table does not know of a page. */
async function learn(reading: Reading, page: readonly Found[], { table, store }: RuleWorld): Promise<Learned[]> {
  const compare = async (results: readonly Found[]) => {
    const states = await statesOf(table, reading, results);
    return results.flatMap((found, index) => {
      const news = newsOf(reading, found, states[index]);
      return news ? [{ ...news, found }] : [];
    });
  };
  const news = await compare(page);
  if (news.length === 0) return [];
  const isNew = await store(news.map(({ fact }) => fact));
  // An event came this moment, or one was kept that was too old to make a state: what the states do not say then is said as of now.
  const unheard = news.filter((_, index) => !isNew[index]);
  const still = await compare(unheard.map(({ found }) => found));
  const anew = still.map((each) => ({ ...each, fact: { ...each.fact, recordedAt: reading.at } }));
  if (anew.length > 0) await store(anew.map(({ fact }) => fact));
  return [...news.filter((_, index) => isNew[index]), ...anew];
}

/** Closes what AWS Config does not list any more. */
export async function close(reading: Reading, gone: readonly LeftOver[], { table, store }: Pick<RuleWorld, 'table' | 'store'>): Promise<number> {
  let closed = 0;
  for (let from = 0; from < gone.length; from += PAGE) {
    const states = await statesOf(table, reading, gone.slice(from, from + PAGE));
    const facts = states.flatMap((state) => closingOf(reading, state) ?? []);
    if (facts.length > 0) await store(facts);
    closed += facts.length;
  }
  return closed;
}
/** As many as a read takes at a time. */
const PAGE = 100;

/** In the order of what is asked for. */
async function statesOf(table: EventTable, reading: Reading, page: readonly LeftOver[]): Promise<(StateItem | undefined)[]> {
  if (page.length === 0) return [];
  const keys = page.map((each) => stateKeyOf(reading, each));
  const items = await table.read(keys) as unknown as StateItem[];
  const byKey = new Map(items.map((item) => [textOf(item), item]));
  return keys.map((key) => byKey.get(textOf(key)));
}
const textOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`;
const nameOf = ({ resourceType, resourceId }: LeftOver | Found) => EVENT_KEYS.cell(resourceType, resourceId);

