import { undecorated } from '../../domain/pasted.ts';
import type { Verb } from '../verbs.ts';
import type { GrammarProblem, Target, Where } from './request.ts';
import { nearest, retyped, unwrapped } from './tokens.ts';

/** The product meant when none is typed; null: several could be. */
export function onlyProduct(where: Where): string | null {
  const here =
    where.channelProducts.length > 0 ? where.channelProducts : where.products.map(({ name }) => name);
  return here.length === 1 ? (here[0] ?? null) : null;
}

export function sameName<T extends { name: string }>(all: readonly T[], typed: string): T | undefined {
  return (
    all.find(({ name }) => name === typed) ??
    all.find(({ name }) => name.toLowerCase() === typed.toLowerCase())
  );
}

export interface Split {
  product: string | null;
  environment: string;
  /** Text after `#`; null: there was none. */
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

/** A name without what stands around it; bold may begin or end with another word. */
function bare(word: string): string {
  return undecorated(undecorated(unwrapped(word)).replace(/^[*~]+|[*~]+$/g, ''));
}

export function rewritten(verb: Verb, product: string, environment: string, { number, rest }: Split): string {
  return retyped(
    `${verb} ${product}/${environment}${number === null ? '' : `#${number}`}${rest ? ` ${rest}` : ''}`,
  );
}

/** Finds product and environment, or says what stands in the way. */
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
