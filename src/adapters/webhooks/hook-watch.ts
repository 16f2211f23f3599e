import { forgeKindOf, projectIn } from '../../flow/services/forge-projects.ts';
import type { Troubles } from '../../flow/services/troubles.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';

/** So many failures in a row, after a hook that was verified, are not a forger's. */
const IN_A_ROW = 3;

/**
 * Records problems with products' webhooks, as this process receives them. A problem is cleared by the next correct hook.
 */
export class HookWatch {
  readonly #troubles: () => Troubles | null;
  /** For each product, how many hooks in a row had no signature or a wrong one. */
  readonly #failed = new Map<string, number>();
  readonly #believed = new Set<string>();

  constructor(troubles: () => Troubles | null) {
    this.#troubles = troubles;
  }

  /** A hook was signed with the product's secret. */
  believed({ name }: ProductSettings): void {
    this.#believed.add(name);
    this.#failed.delete(name);
    this.#troubles()?.clear(signatureKey(name));
    this.#troubles()?.clear(kindKey(name));
  }

  /** A hook names the product's repository, and has no signature or a wrong one. `advice`: what to do; null: as usual. */
  unbelieved(
    { name, webhookSecret }: ProductSettings,
    signature: 'unsigned' | 'wrong',
    advice: string | null,
  ): void {
    const failed = (this.#failed.get(name) ?? 0) + 1;
    this.#failed.set(name, failed);
    if (this.#believed.has(name) && failed < IN_A_ROW) return;
    const [says, todo] =
      webhookSecret === null
        ? [
            `webhooks arrive for ${name}, but it has no webhook.secret: Slipway accepts none`,
            `set webhook.secret of ${name} in slipway.yml to the secret of the forge's webhook, as env:NAME, and restart Slipway`,
          ]
        : signature === 'unsigned'
          ? [
              `the last webhooks for ${name} were not signed: the forge's webhook has no secret`,
              `enter webhook.secret of ${name} as the secret of the forge's webhook`,
            ]
          : [
              `the signature of the last webhooks did not match webhook.secret of ${name}`,
              advice ?? `enter the same secret in the forge's webhook and as webhook.secret of ${name}`,
            ];
    this.#troubles()?.set(signatureKey(name), { where: name, says, todo });
  }

  /** A hook of this kind was signed with the product's secret, and the product is at a forge of another kind. */
  misdirected(product: ProductSettings, kind: ForgeKind): void {
    const { name } = product;
    const own = forgeKindOf(product) ?? kind;
    this.#troubles()?.set(kindKey(name), {
      where: name,
      says: `webhooks for ${name} arrive at /hooks/${kind}, but its forge is a ${own}: Slipway accepts none there`,
      todo: `give the forge's webhook the address /hooks/${own}; if the forge of ${name} is a ${kind}, say so under forges in slipway.yml and restart Slipway`,
    });
  }

  /** A push arrived for a repository that the product follows. */
  followed({ name }: ProductSettings): void {
    this.#troubles()?.clear(repositoryKey(name));
  }

  /** A push arrived that was signed with the product's secret, for a repository that no product follows. */
  strayed({ name, forge, repository: followed }: ProductSettings, repository: string): void {
    const isNamed = forge !== undefined && projectIn(followed, forge.kind) !== forge.project;
    const correct = isNamed
      ? `set forge of ${name} in slipway.yml to { name: ${forge.name}, project: ${repository} }`
      : `set repository of ${name} in slipway.yml to its new address`;
    this.#troubles()?.set(repositoryKey(name), {
      where: name,
      says: `a push to ${repository} arrived, signed with webhook.secret of ${name}, but no product follows that repository`,
      todo: `if ${name} was renamed or moved, ${correct} and restart Slipway; if the webhook is that of a whole organization or group, this ends with the next push to ${name}; otherwise remove the webhook there`,
    });
  }
}

const signatureKey = (product: string) => `hook-signature ${product}`;
const kindKey = (product: string) => `hook-kind ${product}`;
const repositoryKey = (product: string) => `hook-repository ${product}`;
