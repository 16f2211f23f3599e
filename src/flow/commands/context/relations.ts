import type { Context, Relation } from '../../../domain/decide/environment/draft/context.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { Environment } from '../../../domain/documents/environment.ts';
import { isWaiting, type Release } from '../../../domain/documents/values/release.ts';
import { unknownDeploy } from '../../../domain/gates/current.ts';
import type { Services } from '../../services/services.ts';

/**
 * Asks git how the commits relate that the command is decided from. `sha`: the commit that the command is about; null:
 * none. Throws `GitError`, except for a report and while relations are owed: what git cannot say is then left out.
 */
export async function relations(
  services: Pick<Services, 'mirror' | 'log'>,
  environment: Environment,
  command: EnvironmentCommand,
  sha: string | null,
): Promise<Context['relations']> {
  const pairs = pairsToAsk(environment, command, sha);
  const known: { sha: string; to: string; relation: Relation }[] = [];
  for (const pair of pairs) {
    try {
      const relation = await services.mirror(environment.product).relation(pair.sha, pair.to);
      known.push({ ...pair, relation });
    } catch (error) {
      if (succeeded(environment, command) === null && command.type !== 'report' && !environment.relationsOwed)
        throw error;
      services.log.warn({ err: error, ...pair }, 'git could not compare two commits');
    }
  }
  return known;
}

function pairsToAsk(
  environment: Environment,
  command: EnvironmentCommand,
  sha: string | null,
): { sha: string; to: string }[] {
  const runs = environment.deployed?.sha;
  const waiting = environment.open.filter(isWaiting).map((release) => release.sha);
  // What ran here before: the next `deployed` may or may not contain it (RULES 28).
  const moved = [...(environment.movedFrom ?? []), ...(runs === undefined ? [] : [runs])];
  const reported = succeeded(environment, command);
  if (reported !== null) return pairs([...waiting, ...moved], reported);
  if (command.type === 'report') return [];
  if (command.type === 'sawCurrent' && !environment.relationsOwed) return [];
  if (runs === undefined) return [];
  const own = sha ? [sha] : [];
  const adopted = command.type === 'adopt' ? pairs([...waiting, ...moved], command.sha) : [];
  return [...adopted, ...pairs(environment.relationsOwed ? [...waiting, ...moved, ...own] : own, runs)];
}

/** The commit of which the command says that its deploy or verification succeeded; null: of none. */
function succeeded(environment: Environment, command: EnvironmentCommand): string | null {
  const { open } = environment;
  if (command.type === 'report') {
    if (command.outcome.kind !== 'succeeded') return null;
    const isOf = (release: Release) => release.attempts.some(({ number }) => number === command.attempt);
    return open.find(isOf)?.sha ?? null;
  }
  if (command.type !== 'sawCurrent' || command.asked.decides !== 'deploy') return null;
  const sha = unknownDeploy(environment)?.release.sha;
  return command.answer.kind === 'said' && command.answer.sha === sha ? (sha ?? null) : null;
}

function pairs(shas: string[], to: string): { sha: string; to: string }[] {
  return [...new Set(shas)].filter((sha) => sha !== to).map((sha) => ({ sha, to }));
}
