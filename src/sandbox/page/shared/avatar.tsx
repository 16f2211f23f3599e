const COLOURS = ['#2563a8', '#9c3d7a', '#3c7a3f', '#a8642a', '#5b4aa8', '#2b7f86', '#a33b3b'];

/** A colour derived from the name, the same everywhere. */
export function colourOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum += letter.codePointAt(0) ?? 0;
  return COLOURS[sum % COLOURS.length] ?? '#555555';
}

export function Avatar({ name, isBot }: { name: string; isBot: boolean }) {
  return (
    <span className="avatar" style={{ background: isBot ? '#611f69' : colourOf(name) }} aria-hidden="true">
      {isBot ? '⛵' : name.slice(0, 1)}
    </span>
  );
}
