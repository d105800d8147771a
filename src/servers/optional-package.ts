import { createRequire } from 'node:module';
import { join } from 'node:path';
import { missingPackage } from './server.ts';

/**
 * Loads an optional peer: as this program sees it, else as the project does in whose folder it was started (with `npx` the two
 * differ). `load` is the import itself, so that bundlers see the name.
 */
export async function optionalPackage<Module>(name: string, purpose: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    return createRequire(join(process.cwd(), 'package.json'))(name) as Module;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw missingPackage(name, purpose);
  }
}

export function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}
