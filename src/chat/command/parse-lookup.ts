import { isSurelyCommit, undecorated } from '../../domain/pasted.ts';
import { nearest } from '../../domain/suggest.ts';
import { withoutLabel } from './parse-change.ts';
import { locate, onlyProduct, problem, sameName, split } from './parse-target.ts';
import type { Parsed, Target, Where } from './request.ts';
import { retyped, unwrapped } from './tokens.ts';

/** `where COMMIT`, `where PRODUCT COMMIT`, `where COMMIT in PRODUCT`, and the same for `rebuild`. */
export function parseCommitLookup(verb: 'where' | 'rebuild', text: string, where: Where): Parsed {
  const words = text
    .split(' ')
    .map(unwrapped)
    .filter((word) => /[\p{L}\p{N}]/u.test(word) && !/^:[\w+-]+:$/.test(word));
  const products = where.products.map(({ name }) => name);
  const said = productAndCommit(words, where);
  const example = `${verb} ${onlyProduct(where) === null && products[0] ? `${products[0]} ` : ''}abc123f`;
  // A product's name alone is not taken as a commit. A branch of that name can be typed after the product.
  if (said.commit === '' || (said.product === null && sameName(where.products, said.commit))) {
    return problem({ kind: 'missingCommit', verb, example });
  }
  if (said.product !== null) {
    const product = sameName(where.products, said.product);
    if (product) return { kind: verb, product: product.name, commit: said.commit };
    const suggestion = nearest(said.product, products);
    const command = suggestion && retyped(`${verb} ${suggestion} ${said.commit}`);
    return problem({ kind: 'noProduct', typed: said.product, products, suggestion, command });
  }
  const product = onlyProduct(where);
  if (product !== null) return { kind: verb, product, commit: said.commit };
  const offered = where.channelProducts.length > 0 ? [...where.channelProducts] : products;
  const commands = offered.map((name) => ({
    product: name,
    command: retyped(`${verb} ${name} ${said.commit}`),
  }));
  return problem({ kind: 'whichProduct', products: offered, commands });
}

/** Which words name the product and the commit. */
function productAndCommit(
  typed: readonly string[],
  where: Where,
): { product: string | null; commit: string } {
  const words = withoutLabel(typed);
  const [first = '', second, third] = words;
  if (second === undefined || (isIn(second) && third === undefined)) {
    // "storefront@SHA" names both.
    const whose = /^([\w-]+)@./.exec(undecorated(first))?.[1];
    const product = whose === undefined ? undefined : sameName(where.products, whose);
    return { product: product?.name ?? null, commit: first };
  }
  const other = isIn(second) ? (third ?? '') : second;
  // `where` looks in all environments, so an environment's name only says which product is meant.
  const home = sameName(where.products, onlyProduct(where) ?? '');
  const isEnvironment = (word: string) =>
    home?.environments.some((name) => name.toLowerCase() === word.toLowerCase()) &&
    !sameName(where.products, word);
  const named = (word: string) => (home && isEnvironment(word) ? home.name : word);
  if (!isIn(second) && !(isSurelyCommit(first) && !isSurelyCommit(second))) {
    return { product: isSurelyCommit(second) ? named(first) : first, commit: second };
  }
  return { product: named(other), commit: first };
}

function isIn(word: string | undefined): boolean {
  return word?.toLowerCase() === 'in';
}

/** `history prod`, or the page that begins with `history prod#33`; `log prod` or `log prod#42`. */
export function parseEnvironmentLookup(
  verb: 'history' | 'log',
  target: Target,
  number: number | null,
  rest: string,
): Parsed {
  // "history prod 33" means "history prod#33".
  const typed = number ?? (/^#?[1-9]\d{0,8}$/.test(rest) ? Number(rest.replace('#', '')) : null);
  return verb === 'history'
    ? { kind: 'history', ...target, from: typed }
    : { kind: 'log', ...target, release: typed };
}

/** `status`, `status PRODUCT` or `status ENV`. A name that is both means the environment. */
export function parseStatus(words: string, where: Where): Parsed {
  if (words === '') return { kind: 'status', product: onlyProduct(where), environment: null };
  const found = split(words.replace(/\/+$/, ''));
  if (found.product === null) {
    const product = sameName(where.products, found.environment);
    const home = sameName(where.products, onlyProduct(where) ?? '');
    const isEnvironment = home?.environments.some(
      (name) => name.toLowerCase() === found.environment.toLowerCase(),
    );
    if (product && !isEnvironment) return { kind: 'status', product: product.name, environment: null };
  }
  const target = locate('status', found, where);
  return 'kind' in target ? problem(target) : { kind: 'status', ...target };
}
