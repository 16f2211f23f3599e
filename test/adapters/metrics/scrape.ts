/** One line of a scrape: the name, its labels and its value. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads Prometheus' text format 0.0.4; throws for a line that is not of it. */
export function samplesIn(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, inside = '', value] =
        /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new SyntaxError(`not a sample: ${line}`);
      const labels = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, of]) => [key, of]);
      return { name, labels: Object.fromEntries(labels), value: Number(value) };
    });
}

/** The value of the sample with this name and these labels, among others perhaps; their sum where there are several; 0: none. */
export function valueIn(samples: Sample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The name and labels of each sample: what a database of time series keeps apart. */
export function seriesOf(samples: Sample[]): string[] {
  return samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
}
