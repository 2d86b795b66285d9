import { ALL_SCOPES, EVENT_KEYS, SCORE_DAYS, ScoreItem } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { Score, Scores } from './score';

/** Keeps the scores of a day that is over, as they first were behind its end: whoever asks for an audit later in the day changes none. */
export async function keepScores(table: EventTable, { all, byAccount }: Scores, date: string, now: Date): Promise<void> {
  for (const [scope, score] of [[ALL_SCOPES, all] as const, ...byAccount]) {
    const item = itemOf(scope, score, date, now);
    if (item) await table.write({ kind: 'put', item: { ...item }, condition: { kind: 'absent' } });
  }
}

function itemOf(scope: string, { score, compliant, nonCompliant }: Score, date: string, now: Date): ScoreItem | undefined {
  if (score === undefined) return undefined;
  const expiresAt = Math.floor(Date.parse(date) / 1_000) + SCORE_DAYS * 86_400;
  return { ...EVENT_KEYS.score(scope, date), score, compliant, nonCompliant, asOf: now.toISOString(), expiresAt };
}
