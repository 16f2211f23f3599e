import type { Context, Relation } from '../../../domain/decide/environment/draft/context.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import type { Environment } from '../../../domain/documents/environment.ts';
import { isWaiting } from '../../../domain/documents/values/release.ts';
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
      if (command.type !== 'report' && !environment.relationsOwed) throw error;
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
  if (command.type === 'report') {
    if (command.outcome.kind !== 'succeeded') return [];
    const reported = environment.open.find((release) =>
      release.attempts.some((attempt) => attempt.number === command.attempt),
    );
    return reported ? pairs([...waiting, ...moved], reported.sha) : [];
  }
  if (runs === undefined) return [];
  const own = sha ? [sha] : [];
  const adopted = command.type === 'adopt' ? pairs([...waiting, ...moved], command.sha) : [];
  return [...adopted, ...pairs(environment.relationsOwed ? [...waiting, ...moved, ...own] : own, runs)];
}

function pairs(shas: string[], to: string): { sha: string; to: string }[] {
  return [...new Set(shas)].filter((sha) => sha !== to).map((sha) => ({ sha, to }));
}
