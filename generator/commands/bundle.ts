// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { GeneratorError } from '../errors.ts';

// Packages in the bundle that are CommonJS call require for Node's own modules.
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles a generated controller into one ESM file with a source map, and its CRDs beside it: what is deployed, and what `npm start` runs.
 */
export async function bundleCommand(root: string, options: { service: string }): Promise<void> {
  const entry = path.join(root, 'generated', options.service, 'main.ts');
  if (!existsSync(entry))
    throw new GeneratorError('is missing: run npm run generate', { file: path.relative(process.cwd(), entry) });
  const outfile = path.join(root, 'dist', options.service, 'main.mjs');
  const started = performance.now();
  const { metafile } = await build(bundleOptions(entry, outfile));
  const crds = path.join(path.dirname(outfile), 'crds');
  await rm(crds, { recursive: true, force: true });
  await cp(path.join(path.dirname(entry), 'crds'), crds, { recursive: true });
  const bytes = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)?.bytes ?? 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`${path.relative(process.cwd(), outfile)}: ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s\n`);
}

/** How esbuild makes the one file of a controller; the metafile tells which package takes how much of it. */
export function bundleOptions(entry: string, outfile: string): BuildOptions & { readonly metafile: true } {
  return {
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    // The SDK's ES modules can be shaken, its CommonJS cannot: half the bundle, 26 MB less memory.
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node24',
    minify: true,
    keepNames: true,
    sourcemap: true,
    metafile: true,
    logLevel: 'error',
    banner: { js: REQUIRE_BANNER },
  };
}
