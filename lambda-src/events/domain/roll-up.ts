import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { EVENT_KEYS } from '../../../src/events/contract';
import { EventTable } from '../ports';

/** How old an answer over all accounts may be. */
export const ROLL_UP_MILLISECONDS = 60_000;
/** An item has 400 KB at the most. An answer that is longer even compressed is added up each time. */
const MOST_BYTES = 350_000;
const KEPT_SECONDS = 86_400;

/** Keeps an answer that takes many reads, so that whoever asks within a minute gets the same. Answers of another form need another name. */
export async function rolledUp<Answer extends object>(table: EventTable, name: string, now: Date, addUp: () => Promise<Answer>): Promise<Answer> {
  const key = EVENT_KEYS.rollUp(name);
  const [kept] = await table.read([key]);
  const age = kept ? now.getTime() - Date.parse(kept.asOf as string) : Infinity;
  if (kept && age >= 0 && age < ROLL_UP_MILLISECONDS) return JSON.parse(inflateRawSync(kept.answer as Uint8Array).toString()) as Answer;
  const answer = await addUp();
  const packed = new Uint8Array(deflateRawSync(JSON.stringify(answer)));
  if (packed.length <= MOST_BYTES) {
    const expiresAt = Math.floor(now.getTime() / 1_000) + KEPT_SECONDS;
    // An answer is no worse for not being kept.
    await table.write({ kind: 'put', item: { ...key, asOf: now.toISOString(), answer: packed, expiresAt } }).catch(() => undefined);
  }
  return answer;
}
