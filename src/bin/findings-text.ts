import type { Finding } from '../app/online/finding.ts';

/** A line for each finding. `columns`: of the terminal, which would break lines at its edge; absent: there is none. */
export function findingsText(findings: readonly Finding[], columns?: number): string {
  const lines = findings.map((finding) => brokenAt(line(finding), columns));
  return [...lines, '', endOf(findings.map(markOf))].join('\n');
}

function endOf(marks: readonly Mark[]): string {
  const [wrong, warn] = (['wrong', 'warn'] as const).map(
    (mark) => marks.filter((one) => one === mark).length,
  );
  const first =
    wrong === 0 ? 'Nothing is wrong' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`;
  return warn === 0 ? `${first}.` : `${first}; ${warn} ${warn === 1 ? 'warning' : 'warnings'}.`;
}

/** Below the text of a finding, beside its mark. */
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

function line(finding: Finding): string {
  const { what, said, todo } = finding;
  const text = `${what}: ${said}${todo === null ? '' : `. To do: ${todo}`}`;
  return `  ${markOf(finding).padEnd(7)}${text.replaceAll(/\s*\n\s*/g, ' ')}`;
}

type Mark = 'ok' | 'warn' | 'wrong';

function markOf({ ok, todo }: Finding): Mark {
  if (!ok) return 'wrong';
  return todo === null ? 'ok' : 'warn';
}
