import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Mirror } from '../../git/mirror/types.ts';
import { sameRepository } from '../../git/names/repository-url.ts';
import { mirrorPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';

type OldMirrors = Pick<Services, 'settings' | 'dataDirectory' | 'mirror' | 'log'>;

/** Beside a mirror: whose it was at the last start. */
const SHARED = z.object({ address: z.string(), products: z.array(z.string()) });
const ENDING = '.products.json';

/**
 * Hands what mirrors hold to those that products use now. Products that share a mirror had one each when they fetched in
 * different ways, and in early versions; and a shared one changes when the first of its products is removed or renamed, or one
 * of them gets access of its own. What cannot be handed over stays, and is tried again at the next start. Called before
 * anything uses a mirror.
 */
export async function joinMirrors(services: OldMirrors): Promise<void> {
  const owed = await handOver(services);
  for (const { name: product } of services.settings.products) {
    const old = mirrorPath(services.dataDirectory, product);
    const mirror = services.mirror(product);
    if (mirror.directory === old || !existsSync(old) || owed.has(old)) continue;
    try {
      await mirror.takeOver(old);
      services.log.info({ product }, 'the mirror is shared with other products of the repository now');
    } catch (error) {
      services.log.warn({ err: error, product }, 'an unused mirror could not be removed yet');
      owed.add(old);
    }
  }
  await recordShared(services, owed);
}

/** Gives those who shared a mirror, and use another now, what is pinned there. Returns the mirrors that still hold something. */
async function handOver(services: OldMirrors): Promise<Set<string>> {
  const { settings, mirror, log } = services;
  const used = new Set(settings.products.map(({ name }) => mirror(name).directory));
  const owed = new Set<string>();
  for (const record of await records(services)) {
    const directory = record.slice(0, -ENDING.length);
    const heirs = existsSync(directory) ? await heirsOf(services, record, directory) : [];
    try {
      for (const [index, heir] of heirs.entries()) {
        const stays = used.has(directory) || index < heirs.length - 1;
        await heir.takeOver(directory, { stays });
      }
      if (!existsSync(directory)) await rm(record, { force: true });
    } catch (error) {
      log.warn({ err: error, directory }, 'a mirror could not be handed to those who shared it yet');
      owed.add(directory);
    }
  }
  return owed;
}

async function heirsOf(
  { settings, mirror }: OldMirrors,
  record: string,
  directory: string,
): Promise<Mirror[]> {
  const { address, products } = await readShared(record);
  const theirs = settings.products
    .filter(({ name }) => products.includes(name))
    .map(({ name }) => mirror(name));
  return [...new Set(theirs)].filter(
    (heir) => heir.directory !== directory && sameRepository(heir.address, address),
  );
}

async function readShared(record: string): Promise<z.infer<typeof SHARED>> {
  try {
    return SHARED.parse(JSON.parse(await readFile(record, 'utf8')));
  } catch {
    // It is written anew.
    return { address: '', products: [] };
  }
}

async function records({ dataDirectory }: OldMirrors): Promise<string[]> {
  const place = dirname(mirrorPath(dataDirectory, ''));
  const names = await readdir(place).catch(() => []);
  return names.filter((name) => name.endsWith(ENDING)).map((name) => join(place, name));
}

async function recordShared(services: OldMirrors, owed: ReadonlySet<string>): Promise<void> {
  for (const [{ directory, address }, products] of sharers(services)) {
    if (!owed.has(directory)) await writeShared(directory, { address, products });
  }
}

/**
 * Adds the products of a configuration that was taken while the process works to those of their mirrors: the next start hands
 * them what they have pinned there. Nobody is removed, as a start may still owe them something.
 */
export async function rememberSharing(services: OldMirrors): Promise<void> {
  for (const [{ directory, address }, products] of sharers(services)) {
    try {
      const known = (await readShared(`${directory}${ENDING}`)).products;
      if (products.every((name) => known.includes(name))) continue;
      await writeShared(directory, { address, products: [...new Set([...known, ...products])] });
    } catch (error) {
      services.log.warn({ err: error, directory }, 'it could not be recorded who shares a mirror');
    }
  }
}

function sharers({ settings, mirror }: OldMirrors): Map<Mirror, string[]> {
  const all = new Map<Mirror, string[]>();
  for (const { name } of settings.products) all.set(mirror(name), [...(all.get(mirror(name)) ?? []), name]);
  return all;
}

async function writeShared(directory: string, shared: z.infer<typeof SHARED>): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await writeFile(`${directory}${ENDING}.new`, JSON.stringify(shared));
  await rename(`${directory}${ENDING}.new`, `${directory}${ENDING}`);
}
