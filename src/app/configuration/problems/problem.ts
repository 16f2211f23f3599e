/** An error in what a person configured. */
export interface ConfigurationError {
  /** Where: `products.storefront.environments[1].approvals.required`, or the name of a variable or file. */
  path: string;
  what: string;
  todo: string;
}

/** An error before its path is known. */
export interface Problem {
  what: string;
  todo: string;
}

/** A problem of a value that is not here: its variable is not set, or its file cannot be read. */
export interface Absent extends Problem {
  absent: true;
}

/** Keys and indexes from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** For example `products.storefront.environments[1].name`. Keys with other characters are quoted. Empty: the whole file. */
export function pathText(path: Path): string {
  const text = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return text.join('').replace(/^\./, '');
}
