const SUBJECT_LIMIT = 100;
/** SNS takes 256 KB in all; some of it is for the attributes. */
const BODY_LIMIT = 250 * 1024;

/** SNS refuses a subject that is long, is not ASCII or has a line break; a message is worth more than its subject's letters. */
export function snsSubject(wanted: string, otherwise: string): string {
  const plain = wanted.replace(/[\r\n\t]+/g, ' ').replace(/[^\x20-\x7e]/g, '?').trim() || otherwise;
  return plain.length <= SUBJECT_LIMIT ? plain : `${plain.slice(0, SUBJECT_LIMIT - 3)}...`;
}

/** A message that is refused for its size would be refused for ever. `rest` is an ASCII text that says where the rest is. */
export function snsBody(wanted: string, rest: string): string {
  const bytes = Buffer.from(wanted);
  const cut = `\n(cut here: a message holds 256 KB at the most; ${rest})`;
  return bytes.length <= BODY_LIMIT ? wanted : bytes.subarray(0, BODY_LIMIT - cut.length).toString('utf8').replace(/\ufffd$/, '') + cut;
}
