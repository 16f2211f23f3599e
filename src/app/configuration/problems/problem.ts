/** One thing that is wrong with what a person configured. */
export interface ConfigurationError {
  /** Where: `products.storefront.environments[1].approvals.required`, or the name of a variable or file. */
  path: string;
  what: string;
  todo: string;
}

/** The same, before its place is known. */
export interface Problem {
  what: string;
  todo: string;
}

export type Path = readonly (string | number)[];

/** `products.storefront.environments[1].name`; a key that is no plain word is quoted. Empty: the whole file. */
export function pathText(path: Path): string {
  const text = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return text.join('').replace(/^\./, '');
}
