/** `npm run check:security`: what each security tool looked at, found and took a reason for. */
import { checkSecurity } from './check';

async function main(): Promise<void> {
  const started = Date.now();
  const { stacks, templates, resources, lines, stale } = await checkSecurity();
  console.log(`${stacks} stacks for cdk-nag; ${templates} of their templates, with ${resources} resources, for the others\n`);
  const width = Math.max(...lines.map(({ tool }) => tool.length));
  for (const { tool, extent, findings, explained, planted } of lines) {
    console.log(`${tool.padEnd(width)}  ${extent.padStart(16)}  ${String(findings.length).padStart(4)} findings  ${String(explained).padStart(5)} with a reason`
      + `  ${planted.length ? `(${planted.length} planted, found)` : '(NOTHING PLANTED WAS FOUND)'}`);
  }
  const complaints = [
    ...lines.flatMap(({ tool, findings }) => findings.map((finding) => `${tool}: ${finding}`)),
    ...lines.filter(({ planted }) => planted.length === 0).map(({ tool }) => `${tool}: it does not find what is planted`),
    ...stale.map((reason) => `given in vain: ${reason}`),
  ];
  for (const complaint of complaints) { console.log(`\n${complaint}`); }
  console.log(`\n${complaints.length ? `${complaints.length} complaints` : 'Nothing without a reason, no reason in vain'}; ${((Date.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = complaints.length ? 1 : 0;
}

void main();
