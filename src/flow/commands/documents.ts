import { newBuild } from '../../domain/documents/build.ts';
import { newCard } from '../../domain/documents/card.ts';
import type { AggregateKind } from '../../domain/documents/document.ts';
import { newEnvironment } from '../../domain/documents/environment.ts';
import { newProduct } from '../../domain/documents/product.ts';
import type { Aggregates } from '../../ports/store.ts';

/** Splits `storefront/prod` or `storefront@<sha>`. */
function split(id: string, separator: string): [string, string] {
  const at = id.indexOf(separator);
  if (at < 0) throw new TypeError(`${id} has no ${separator}`);
  return [id.slice(0, at), id.slice(at + 1)];
}

const creators: { [K in AggregateKind]: (id: string) => Aggregates[K] } = {
  environments: (id) => newEnvironment(...split(id, '/')),
  builds: (id) => newBuild(...split(id, '@')),
  products: (id) => newProduct(id),
  // What a card shows, and for which product, comes with the first command to it.
  cards: (id) => newCard(id, '', { kind: 'push', head: 0, sha: '' }),
};

/** The aggregate that nothing has happened to yet, revision 0. */
export function create<K extends AggregateKind>(kind: K, id: string): Aggregates[K] {
  return creators[kind](id);
}

export type { Aggregates };
