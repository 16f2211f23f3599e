import { undecorated } from '../../domain/pasted.ts';
import { nearest } from '../../domain/suggest.ts';
import type { Verb } from '../verbs.ts';
import type { GrammarProblem, Parsed, Target, Where } from './request.ts';
import { retyped, unwrapped } from './tokens.ts';

/** The command that cannot be understood, and why. */
export function problem(found: GrammarProblem): Parsed {
  return { kind: 'problem', problem: found };
}

/** The product that is meant if none is typed; null: it could be several. */
export function onlyProduct(where: Where): string | null {
  const here =
    where.channelProducts.length > 0 ? where.channelProducts : where.products.map(({ name }) => name);
  return here.length === 1 ? (here[0] ?? null) : null;
}

/** The one with this name, ignoring case unless a name matches exactly. */
export function sameName<T extends { name: string }>(all: readonly T[], typed: string): T | undefined {
  return (
    all.find(({ name }) => name === typed) ??
    all.find(({ name }) => name.toLowerCase() === typed.toLowerCase())
  );
}

/** The first typed word taken apart, as `PRODUCT/ENVIRONMENT#NUMBER`, and the words after it. */
export interface Split {
  product: string | null;
  environment: string;
  /** Text after `#`; null: no `#`. */
  number: string | null;
  rest: string;
}

/** `storefront/prod#42 words…`, also `prod #42`, `prod # 42`, `*prod#42*` and `prod#42.` */
export function split(words: string): Split {
  const [first = '', ...others] = words.replace(/^(\S+?) ?# ?(\d+)(?=\W*(?: |$))/, '$1#$2').split(' ');
  const whole = bare(first);
  const hash = whole.indexOf('#');
  const name = bare(hash === -1 ? whole : whole.slice(0, hash));
  const slash = name.indexOf('/');
  return {
    product: slash === -1 ? null : name.slice(0, slash),
    environment: slash === -1 ? name : name.slice(slash + 1),
    number: hash === -1 ? null : bare(whole.slice(hash + 1)),
    rest: others.join(' '),
  };
}

/** A name without quotes and markup around it. Bold markup may begin or end in another word. */
function bare(word: string): string {
  return undecorated(undecorated(unwrapped(word)).replace(/^[*~]+|[*~]+$/g, ''));
}

/** The command text with this product and environment, ready to run. */
export function rewritten(verb: Verb, product: string, environment: string, { number, rest }: Split): string {
  return retyped(
    `${verb} ${product}/${environment}${number === null ? '' : `#${number}`}${rest ? ` ${rest}` : ''}`,
  );
}

/** Finds the product and the environment, or says why they are not clear. */
export function locate(verb: Verb, found: Split, where: Where): Target | GrammarProblem {
  const products = where.products.map(({ name }) => name);
  if (found.product !== null && !sameName(where.products, found.product)) {
    const suggestion = nearest(found.product, products);
    const command = suggestion && rewritten(verb, suggestion, found.environment, found);
    return { kind: 'noProduct', typed: found.product, products, suggestion, command };
  }
  const name = found.product ?? onlyProduct(where);
  if (name === null) {
    const here = where.channelProducts.length > 0 ? where.channelProducts : products;
    const having = here.filter((product) => {
      const environments = sameName(where.products, product)?.environments ?? [];
      return sameName(
        environments.map((environment) => ({ name: environment })),
        found.environment,
      );
    });
    const offered = having.length > 0 ? having : here;
    const commands = offered.map((product) => ({
      product,
      command: rewritten(verb, product, found.environment, found),
    }));
    return { kind: 'whichProduct', products: [...offered], commands };
  }
  const product = sameName(where.products, name);
  const environments = product?.environments ?? [];
  const environment = sameName(
    environments.map((each) => ({ name: each })),
    found.environment,
  );
  if (product && environment) return { product: product.name, environment: environment.name };
  const suggestion = nearest(found.environment, environments);
  return {
    kind: 'noEnvironment',
    product: product?.name ?? name,
    typed: found.environment,
    environments: [...environments],
    suggestion,
    command: suggestion && rewritten(verb, product?.name ?? name, suggestion, found),
  };
}
