import type { Services } from '../../services/services.ts';

/** How much of the storage is taken up, in bytes. */
export interface Sizes {
  /** What builds made, also half of what is being stored now. `count`: attempts at builds. */
  artifacts: { product: string; count: number; bytes: number }[];
  /** The logs of all products that this process can see; null: nobody can say. */
  logs: number | null;
}

/** Measures what is kept of these products. Rejects with `StoreError`. */
export async function sizesOf(
  { artifacts, logs }: Pick<Services, 'artifacts' | 'logs'>,
  products: readonly string[],
): Promise<Sizes> {
  const measured = products.map(async (product) => {
    const stored = await artifacts.list(product);
    return { product, count: stored.length, bytes: stored.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return { artifacts: await Promise.all(measured), logs: await logs.bytes() };
}
