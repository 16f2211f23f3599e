/** Whether a product, by its name or channel, contains every word of what was searched for; upper and lower case are the same. */
export function matches({ name, channel }: { name: string; channel: string }, search: string): boolean {
  const text = `${name} ${channel}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
