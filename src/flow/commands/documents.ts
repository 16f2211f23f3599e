import { newBuild } from '../../domain/documents/build.ts';
import { newCard } from '../../domain/documents/card.ts';
import type { AggregateKind } from '../../domain/documents/document.ts';
import { newEnvironment } from '../../domain/documents/environment.ts';
import { newProduct } from '../../domain/documents/product.ts';
import type { Aggregates } from '../../ports/store.ts';

/** Splits `storefront/prod` or `storefront@<sha>`. Throws `TypeError` without the separator. */
function split(id: string, separator: string): [string, string] {
  const at = id.indexOf(separator);
  if (at < 0) throw new TypeError(`${id} has no ${separator}`);
  return [id.slice(0, at), id.slice(at + 1)];
}

const creators: { [K in AggregateKind]: (id: string) => Aggregates[K] } = {
  environments: (id) => newEnvironment(...split(id, '/')),
  builds: (id) => newBuild(...split(id, '@')),
  products: (id) => newProduct(id),
  // The first command to a card sets its subject and its product.
  cards: (id) => newCard(id, '', { kind: 'push', head: 0, sha: '' }),
};

/** A document that nothing has happened to yet, with revision 0. */
export function create<K extends AggregateKind>(kind: K, id: string): Aggregates[K] {
  return creators[kind](id);
}

export type { Aggregates };
