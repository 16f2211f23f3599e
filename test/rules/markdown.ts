/** A Markdown table; cells are text or code as they come. */
export function markdownTable([header, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = header ?? [];
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
