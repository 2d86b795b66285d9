/** How the demo prints: headings, columns and paragraphs, in colour on a terminal. */
const colour = (code: number) => (text: string | number) => process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : String(text);

export const paint = { bold: colour(1), dim: colour(2), red: colour(31), green: colour(32), yellow: colour(33) };

const width = (text: string) => text.split('\u001b[').map((part, i) => i === 0 ? part : part.slice(part.indexOf('m') + 1)).join('').length;

export function heading(text: string): void {
  console.log(`\n${paint.bold(text)}\n`);
}

export function columns(head: string[], rows: (string | number)[][]): void {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column]))));
  const line = (row: string[]) => `  ${row.map((cell, column) => cell + ' '.repeat(widths[column] - width(cell))).join('  ')}`.trimEnd();
  console.log([paint.dim(line(head)), ...cells.slice(1).map(line), ''].join('\n'));
}

/** Words wrapped to the terminal, indented. */
export function paragraph(text: string, indent: number): void {
  const room = Math.min(process.stdout.columns ?? 120, 120) - indent;
  let line = '';
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  console.log([...lines, line].map((part) => ' '.repeat(indent) + part).join('\n'));
}
