import { ALL_SCOPES, EVENT_KEYS, SCORE_DAYS, ScoreItem } from '../../../src/events/contract';
import { EventTable } from '../ports';
import { Score, Scores } from './score';

/** Keeps the scores of a day that is over. Kept again, they take the place of what was kept before. */
export async function keepScores(table: EventTable, { all, byAccount }: Scores, date: string, now: Date): Promise<void> {
  for (const [scope, score] of [[ALL_SCOPES, all] as const, ...byAccount]) {
    const item = itemOf(scope, score, date, now);
    if (item) await table.write({ kind: 'put', item: { ...item } });
  }
}

function itemOf(scope: string, { score, compliant, nonCompliant }: Score, date: string, now: Date): ScoreItem | undefined {
  if (score === undefined) return undefined;
  const expiresAt = Math.floor(Date.parse(date) / 1_000) + SCORE_DAYS * 86_400;
  return { ...EVENT_KEYS.score(scope, date), score, compliant, nonCompliant, asOf: now.toISOString(), expiresAt };
}
