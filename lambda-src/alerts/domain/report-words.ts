import { NoScore, Period, Report } from './report-model';
import { BlindCause } from '../../../src/events/contract';

export const TITLE = 'Daily AWS Config Compliance Report';

/** `1 rule`, `1,234 rules`. */
export const count = (many: number, word: string) => `${figure(many)} ${many === 1 ? word : `${word}s`}`;
/** With commas between thousands, whatever the machine's language. */
export const figure = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
export const percent = (value: number) => `${value.toFixed(1)} %`;

export const NO_SCORE: { readonly [why in NoScore]: string } = {
  NOTHING_EVALUATED: 'No score: nothing was evaluated',
  NOT_RECORDED: 'No score was recorded for this day',
};

/** `2026-11-23 (UTC)`, and how far it has gone while it is not over. */
export const periodText = ({ date, to, complete }: Period) =>
  (complete ? `${date}, 00:00 to 24:00 UTC` : `${date} so far, 00:00 to ${to.slice(11, 16)} UTC`);
/** `2026-11-24 08:00 UTC`. */
export const timeText = (at: string) => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

export const scoreText = ({ score, noScore }: Pick<Report, 'score' | 'noScore'>) => (score ? percent(score.percent) : NO_SCORE[noScore!]);

/** How the score moved. The sign stands beside the words: neither colour nor shape alone says it. */
export function changeText({ score, scoreBefore, scoreChange }: Pick<Report, 'score' | 'scoreBefore' | 'scoreChange'>): string {
  if (!score) return '';
  if (scoreChange === null || !scoreBefore) return 'the day before is not known';
  if (scoreChange === 0) return `unchanged from the day before (${percent(scoreBefore.percent)})`;
  const points = `${Math.abs(scoreChange).toFixed(1)} points`;
  return `${scoreChange > 0 ? `▲ up ${points}` : `▼ down ${points}`} from the day before (${percent(scoreBefore.percent)})`;
}

export const CAUSES: { readonly [cause in BlindCause]: string } = {
  SILENT: 'silent: its heartbeat does not arrive',
  NEVER_HEARD: 'expected, and never heard of',
  RECORDER_STOPPED: 'its AWS Config recorder is stopped',
  DELIVERY_FAILED: 'its AWS Config cannot deliver',
  NOT_RECORDED: 'AWS Config does not record what rules look at',
};
