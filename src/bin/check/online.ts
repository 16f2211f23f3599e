import type { Finding } from '../../app/online/finding.ts';
import { askOnline } from '../../app/online/online.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Asks what the configuration names, and prints a line for each. */
export async function checkOnline(settings: Settings): Promise<ExitCode> {
  const findings = await askOnline({ settings, now: Date.now });
  console.log(`\n${onlineText(findings, process.stdout.columns)}`);
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

/** A line for each finding. `columns`: of the terminal, which would break lines at its edge; absent: there is none. */
export function onlineText(findings: readonly Finding[], columns?: number): string {
  const count = findings.filter(({ ok }) => !ok).length;
  const end =
    count === 0 ? 'Nothing is wrong.' : `${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`;
  return ['online', ...findings.map((finding) => brokenAt(line(finding), columns)), '', end].join('\n');
}

/** Below the text of a finding, beside its `ok` or `wrong`. */
const INDENT = ' '.repeat(9);
/** A terminal that is narrower breaks lines itself. */
const NARROW = 40;

/** Breaks a line between words, so that the beginnings of findings stand out. */
function brokenAt(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < NARROW) return text;
  const lines = [text.slice(0, INDENT.length)];
  for (const word of text.slice(INDENT.length).split(' ')) {
    const last = lines.at(-1) ?? '';
    const isFirst = last.length === INDENT.length;
    if (isFirst || last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last}${isFirst ? '' : ' '}${word}`;
    else lines.push(INDENT + word);
  }
  return lines.join('\n');
}

function line({ what, ok, said, todo }: Finding): string {
  const text = `${what}: ${said}${todo === null ? '' : `. To do: ${todo}`}`;
  return `  ${(ok ? 'ok' : 'wrong').padEnd(7)}${text.replaceAll(/\s*\n\s*/g, ' ')}`;
}
