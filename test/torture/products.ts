import type { Choices } from './acts/choices.ts';
import type { SystemName, Systems } from './remote/systems.ts';

interface TorturedEnvironment {
  name: string;
  mode: 'continuous' | 'approval';
  verify: boolean;
  idempotent: boolean;
  /** Who carries out its steps. Absent: commands do. */
  elsewhere?: Partial<Record<'deploy' | 'verify', SystemName>>;
  approvals?: { required: number; validFor: string };
}

interface TorturedProduct {
  name: string;
  /** Lowest first. */
  environments: TorturedEnvironment[];
}

/**
 * Between them they have every road of DESIGN §3: verification and none, idempotent and not, one and two approvals, expiry, and steps
 * that others carry out.
 */
export const PRODUCTS: readonly TorturedProduct[] = [
  {
    name: 'shop',
    environments: [
      {
        name: 'integration',
        mode: 'continuous',
        verify: true,
        idempotent: false,
        elsewhere: { verify: 'http' },
      },
      {
        name: 'preprod',
        mode: 'approval',
        verify: false,
        idempotent: true,
        elsewhere: { deploy: 'http' },
        approvals: { required: 1, validFor: '1h' },
      },
      {
        name: 'prod',
        mode: 'approval',
        verify: true,
        idempotent: false,
        approvals: { required: 2, validFor: '1h' },
      },
    ],
  },
  {
    name: 'mail',
    environments: [
      { name: 'dev', mode: 'continuous', verify: false, idempotent: false, elsewhere: { deploy: 'post' } },
      { name: 'stage', mode: 'continuous', verify: true, idempotent: true, elsewhere: { deploy: 'github' } },
      {
        name: 'prod',
        mode: 'approval',
        verify: true,
        idempotent: true,
        elsewhere: { deploy: 'http' },
        // The shortest there is, so that timers run out.
        approvals: { required: 1, validFor: '1m' },
      },
    ],
  },
];

export function channelOf(product: string): string {
  return `#${product}-releases`;
}

/** By environment id, `shop/prod`. */
export function environmentOf(id: string): TorturedEnvironment & { below: TorturedEnvironment | null } {
  for (const { name, environments } of PRODUCTS) {
    for (const [index, environment] of environments.entries()) {
      if (`${name}/${environment.name}` === id)
        return { ...environment, below: environments[index - 1] ?? null };
    }
  }
  throw new TypeError(`no environment ${id}`);
}

/** `slipway.yml`, before it is written as YAML. */
export function configuration(where: {
  repository(product: string): string;
  tools: string;
  ledger: string;
  systems: Systems;
}) {
  const products = PRODUCTS.map(({ name, environments }) => {
    const product = {
      repository: where.repository(name),
      branch: 'main',
      channel: channelOf(name),
      webhook: { secret: 'env:HOOK_SECRET' },
      env: { TOOLS: where.tools, LEDGER: where.ledger },
      build: { run: 'sh "$TOOLS/command.sh" build', test: 'true', timeout: '1m' },
      environments: environments.map(
        ({ verify, idempotent, mode, approvals, elsewhere = {}, ...environment }) => {
          const step = (which: 'deploy' | 'verify') => ({
            ...(elsewhere[which]
              ? where.systems[elsewhere[which]].block
              : { run: `sh "$TOOLS/command.sh" ${which}` }),
            timeout: '1m',
          });
          return {
            ...environment,
            mode,
            deploy: { ...step('deploy'), idempotent },
            ...(verify ? { verify: step('verify') } : {}),
            ...(approvals ? { approvals } : {}),
          };
        },
      ),
    };
    return [name, product];
  });
  const forges = Object.assign({}, ...Object.values(where.systems).map((system) => system.forges));
  return { forges, products: Object.fromEntries(products) };
}

/** How long a command goes on, in beats of a tenth of a second. */
function beats(choices: Choices): number {
  const most = choices.weighted({ 0: 2, 5: 5, 30: 4 });
  return choices.between(0, Number(most));
}

/** How a commit behaves when it is built, deployed and verified; the file `plan` in its tree. */
export function planOf(product: string, choices: Choices, kind: 'any' | 'good'): string {
  const environments = PRODUCTS.find(({ name }) => name === product)?.environments ?? [];
  const any = kind === 'any';
  const steps = environments.flatMap(({ name }) =>
    ['deploy', 'verify'].flatMap((step) => {
      const fails = choices.weighted({ never: 80, once: 15, always: 5 });
      return [
        `${name}_${step}_beats=${any ? beats(choices) : 1}`,
        `${name}_${step}_fails=${any ? { never: 0, once: 1, always: 999 }[fails] : 0}`,
      ];
    }),
  );
  return [
    `build_beats=${any ? Math.floor(beats(choices) / 3) : 0}`,
    `build_fails=${any && choices.chance(0.08) ? 1 : 0}`,
    `stubborn=${any && choices.chance(0.1) ? 1 : 0}`,
    `helper=${any && choices.chance(0.2) ? 1 : 0}`,
    ...steps,
    '',
  ].join('\n');
}
