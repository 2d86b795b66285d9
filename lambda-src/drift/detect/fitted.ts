import { DetectAnswer } from '../../../src/drift/contract';

/** Lambda answers 6 MB at the most, and escapes some signs once more. */
const ANSWER_LIMIT = 5 * 1024 * 1024;

/** The answer with as many findings as it can carry; the counts still tell of all. */
export function fitted(answer: DetectAnswer, limit = ANSWER_LIMIT): DetectAnswer {
  let left = limit - Buffer.byteLength(JSON.stringify({ ...answer, findings: [] }));
  const kept = answer.findings.findIndex((finding) => {
    left -= Buffer.byteLength(JSON.stringify(finding)) + 1;
    return left < 0;
  });
  return kept < 0 ? answer : { ...answer, findings: answer.findings.slice(0, kept), truncated: true };
}
