// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GeneratorError } from '../errors.ts';
import { type BasePart, DEBIAN_RELEASE, noteDebianPackages, readBaseParts } from './base-parts.ts';
import { checkBase } from './check-base.ts';
import { bundledPackages, type Lockfile, softwareBill } from './software-bill.ts';
import { imageIds, removeUntagged, toolEnvironment } from './untagged-images.ts';

/** Options of {@link imageCommand}. */
export interface ImageOptions {
  readonly service: string;
  /** `docker`, `podman` or `buildah`; the first that is there unless told. */
  readonly tool?: string;
  /** The base image, or `local` for one made of Debian packages, where no registry can be reached. */
  readonly base?: string;
  /** Name and tag of the image; `ack-<service>-controller:<version>` unless told. */
  readonly tag?: string;
  /** Where the source is, for the label. */
  readonly source?: string;
}

/** The name of the base that is made here. */
const LOCAL_BASE = 'localhost/ack-node-base:24';

/** Packages of the base that is made here: what Node needs, and certificates. */
const debianPackages = 'libc6,libstdc++6,libgcc-s1,ca-certificates';

/** Builds the image of the generated controller from its bundle and its Dockerfile, and writes an SBOM beside it. */
export async function imageCommand(root: string, options: ImageOptions): Promise<void> {
  const { service } = options;
  checkBase(options.base);
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const tag = options.tag ?? `ack-${service}-controller:${version}`;
  const tool = options.tool ?? (await findTool());
  const bundle = path.join(root, 'dist', service);
  if (!existsSync(path.join(bundle, 'main.mjs'))) {
    throw new GeneratorError(`dist/${service}/main.mjs is missing: run node generator/cli.ts bundle`);
  }
  const output = path.join(root, 'dist', 'image', service);
  // Beside it is the bill of the last image that was built, which stays should this build fail.
  const work = path.join(output, 'work');
  await rm(work, { recursive: true, force: true });
  const context = path.join(work, 'context');
  await cp(bundle, context, { recursive: true });
  await cp(path.join(root, 'generated', service, 'bin'), path.join(context, 'bin'), { recursive: true });
  await chmod(path.join(context, 'bin/controller'), 0o755);
  const local = options.base === 'local';
  const dockerfile = path.join(root, 'generated', service, 'Dockerfile');
  const former = local ? await imageIds(tool, [tag, LOCAL_BASE]) : [];
  const baseParts = local ? await makeBase(root, work) : undefined;
  const baseName = local ? await importBase(tool, work) : (options.base ?? (await defaultBase(dockerfile)));
  const base = ['--build-arg', `BASE=${baseName}`];
  const labels = ['--build-arg', `VERSION=${version}`, '--build-arg', `REVISION=${await revision(root)}`];
  labels.push('--build-arg', `SOURCE=${options.source ?? 'unknown'}`);
  await run(tool, [...buildWords(tool), '-f', dockerfile, '-t', tag, ...base, ...labels, context]);
  await removeUntagged(tool, former);
  const sbom = path.join(output, 'sbom.spdx.json');
  const lockfile = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as Lockfile;
  const bill = softwareBill(lockfile, {
    name: `ack-${service}-controller`,
    version,
    base: baseName,
    baseParts,
    bundled: bundledPackages(JSON.parse(await readFile(path.join(bundle, 'main.mjs.map'), 'utf8'))),
    bundle: await readFile(path.join(bundle, 'main.mjs')),
  });
  await writeFile(sbom, `${JSON.stringify(bill, null, 2)}\n`);
  process.stderr.write(`${tag} is built by ${tool}; ${path.relative(process.cwd(), sbom)} lists what is in it\n`);
}

/** The base that the Dockerfile names. */
async function defaultBase(dockerfile: string): Promise<string> {
  const base = /^ARG BASE=(\S+)$/m.exec(await readFile(dockerfile, 'utf8'))?.[1];
  if (base === undefined) throw new GeneratorError('has no line "ARG BASE=…"', { file: dockerfile });
  return base;
}

async function findTool(): Promise<string> {
  for (const tool of ['docker', 'podman', 'buildah']) {
    // Docker's client alone is no use: `info` fails without its daemon, and for the others says that they work.
    if (
      await run(tool, ['info'], 'ignore').then(
        () => true,
        () => false,
      )
    )
      return tool;
  }
  throw new GeneratorError('there is no docker, podman or buildah that works here; --tool names another one');
}

/** Without privileges there is neither an overlay file system nor a user namespace: buildah does with files and chroot. */
function buildWords(tool: string): string[] {
  return tool === 'buildah' ? ['bud', '--isolation', 'chroot'] : ['build'];
}

/** `<work>/base.tar`: Debian's smallest root with Node of this repository's development dependencies. Answers what is in it. */
async function makeBase(root: string, work: string): Promise<readonly BasePart[]> {
  const rootfs = path.join(work, 'rootfs');
  const noted = path.join(work, 'debian-packages.txt');
  await mkdir(work, { recursive: true });
  await run('mmdebstrap', [
    '--variant=extract',
    `--include=${debianPackages}`,
    noteDebianPackages(noted),
    DEBIAN_RELEASE,
    path.join(work, 'rootfs.tar'),
  ]);
  await mkdir(path.join(rootfs, 'nodejs/bin'), { recursive: true });
  await run('tar', ['-xf', path.join(work, 'rootfs.tar'), '-C', rootfs, '--exclude=./dev/*']);
  await rm(path.join(work, 'rootfs.tar'));
  await cp(path.join(root, 'node_modules/node/bin/node'), path.join(rootfs, 'nodejs/bin/node'), { dereference: true });
  // No shell and no package manager: as in a distroless base.
  for (const name of ['bin/sh', 'bin/bash', 'bin/dash', 'usr/bin/dpkg', 'usr/bin/apt', 'usr/bin/apt-get']) {
    await rm(path.join(rootfs, name), { force: true });
  }
  await run('tar', ['-cf', path.join(work, 'base.tar'), '-C', rootfs, '.']);
  return readBaseParts(noted, root);
}

/** Gives the base to the tool and answers its name there. */
async function importBase(tool: string, work: string): Promise<string> {
  const tar = path.join(work, 'base.tar');
  if (tool !== 'buildah') {
    await run(tool, ['import', tar, LOCAL_BASE]);
    return LOCAL_BASE;
  }
  const scratch = path.join(work, 'scratch');
  await mkdir(scratch, { recursive: true });
  await writeFile(path.join(scratch, 'Dockerfile'), 'FROM scratch\nADD base.tar /\n');
  await cp(tar, path.join(scratch, 'base.tar'));
  await run('buildah', ['bud', '--isolation', 'chroot', '-t', LOCAL_BASE, scratch]);
  return LOCAL_BASE;
}

/** The commit that is built; git alone knows where it keeps it. */
function revision(root: string): Promise<string> {
  return new Promise((resolve) => {
    // Not whatever repository the folder may lie in.
    execFile('git', [`--git-dir=${path.join(root, '.git')}`, 'rev-parse', '--verify', 'HEAD'], (error, stdout) => {
      resolve(error ? 'unknown' : stdout.trim());
    });
  });
}

/** A base that cannot be pulled is what most often ends a build. */
function adviceOn([subcommand = '']: readonly string[]): string {
  return /^(build|bud)$/.test(subcommand)
    ? '. Where no registry can be reached, --base local makes the base from Debian packages'
    : '';
}

function run(command: string, args: readonly string[], output: 'inherit' | 'ignore' = 'inherit'): Promise<void> {
  const env = toolEnvironment(command);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', output === 'ignore' ? 'ignore' : 2, output === 'ignore' ? 'ignore' : 2],
      env,
    });
    child.once('error', (error) => reject(new GeneratorError(`${command} cannot be started: ${error.message}`)));
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new GeneratorError(`${command} ${args[0]} ended with ${code}; its own words are above${adviceOn(args)}`),
          ),
    );
  });
}
