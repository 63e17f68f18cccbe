// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkBase } from '../../../generator/commands/check-base.ts';
import { imageCommand } from '../../../generator/commands/image.ts';
import { imageIds, removeUntagged } from '../../../generator/commands/untagged-images.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'image-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A tool that notes what it is asked, and answers by a shell script. */
function fakeTool(script: string): { tool: string; calls: () => string[] } {
  const tool = path.join(root, 'tool');
  const log = path.join(root, 'calls');
  writeFileSync(tool, `#!/bin/sh\necho "$*" >> ${log}\n${script}\n`);
  chmodSync(tool, 0o755);
  return { tool, calls: () => readFileSync(log, 'utf8').trimEnd().split('\n') };
}

describe('the base', () => {
  test.each(['locla', 'loca', 'Local', 'locale'])('%s is refused, since local was meant', (base) => {
    expect(() => checkBase(base)).toThrow(`--base ${base}: did you mean local?`);
  });

  test.each([undefined, 'local', 'locla:1', 'locla/base', 'locla@sha256:0', 'debian', 'gcr.io/distroless/base'])(
    '%s is taken as it is',
    (base) => {
      expect(() => checkBase(base)).not.toThrow();
    },
  );
});

describe('a build', () => {
  const sbom = (): string => path.join(root, 'dist/image/s/sbom.spdx.json');

  beforeEach(() => {
    const files: Record<string, string> = {
      'package.json': '{"version": "1.2.3"}',
      'package-lock.json': '{"packages": {}}',
      'dist/s/main.mjs': '',
      'dist/s/main.mjs.map': '{"sources": []}',
      'generated/s/Dockerfile': 'ARG BASE=b/c:1\n',
      'generated/s/bin/controller': '',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    mkdirSync(path.dirname(sbom()), { recursive: true });
    writeFileSync(sbom(), 'of the last image');
  });

  test('that fails leaves the bill of the image before', async () => {
    const { tool, calls } = fakeTool('exit 1');
    await expect(imageCommand(root, { service: 's', tool })).rejects.toThrow('build ended with 1');
    expect(calls()).toEqual([expect.stringContaining('-t ack-s-controller:1.2.3')]);
    expect(readFileSync(sbom(), 'utf8')).toBe('of the last image');
  });

  test('that works has a bill of its own', async () => {
    await imageCommand(root, { service: 's', tool: fakeTool('exit 0').tool });
    expect(JSON.parse(readFileSync(sbom(), 'utf8'))).toMatchObject({ spdxVersion: 'SPDX-2.3' });
  });

  describe('is labelled with the commit', () => {
    const git = (folder: string, ...args: string[]): string =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=b', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();

    async function revision(folder: string): Promise<string | undefined> {
      const { tool, calls } = fakeTool('exit 0');
      await imageCommand(folder, { service: 's', tool });
      return /REVISION=(\S+)/.exec(calls().join('\n'))?.[1];
    }

    beforeEach(() => {
      git(root, 'init', '--quiet');
      git(root, 'add', '--all');
      git(root, 'commit', '--quiet', '--message=first');
    });

    test('of a branch', async () => {
      expect(await revision(root)).toBe(git(root, 'rev-parse', 'HEAD'));
    });

    test('of a branch that git has packed', async () => {
      git(root, 'pack-refs', '--all');
      expect(await revision(root)).toBe(git(root, 'rev-parse', 'HEAD'));
    });

    test('of a worktree', async () => {
      const worktree = path.join(root, 'worktree');
      git(root, 'worktree', 'add', '--quiet', worktree);
      git(worktree, 'commit', '--quiet', '--allow-empty', '--message=second');
      expect(await revision(worktree)).toBe(git(worktree, 'rev-parse', 'HEAD'));
    });

    test('which is unknown where the folder is no repository, though it lies in one', async () => {
      const copy = path.join(root, 'copy');
      for (const name of ['package.json', 'package-lock.json', 'dist', 'generated'])
        cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
      expect(await revision(copy)).toBe('unknown');
    });
  });

  test('with a mistyped base runs nothing', async () => {
    const { tool } = fakeTool('exit 0');
    await expect(imageCommand(root, { service: 's', tool, base: 'locla' })).rejects.toThrow('did you mean local');
    expect(existsSync(path.join(root, 'calls'))).toBe(false);
  });
});

describe('images whose names a build has taken', () => {
  test('are found by their names; a name without an image has none', async () => {
    const { tool } = fakeTool('case "$*" in *one) echo sha256:1;; *two) echo no such image >&2; exit 125;; esac');
    expect(await imageIds(tool, ['one', 'two'])).toEqual(['sha256:1']);
  });

  test('are removed in their order, but for those that still have a name, and no others', async () => {
    const { tool, calls } = fakeTool('case "$*" in *dangling*) echo sha256:1; echo sha256:3; echo sha256:9;; esac');
    await removeUntagged(tool, ['sha256:3', 'sha256:2', 'sha256:1']);
    expect(calls().slice(1)).toEqual(['rmi sha256:3', 'rmi sha256:1']);
  });

  test('stay where the tool does not let them go', async () => {
    const { tool, calls } = fakeTool('case "$*" in *dangling*) echo sha256:1;; rmi*) exit 1;; esac');
    await removeUntagged(tool, ['sha256:1']);
    expect(calls()).toHaveLength(2);
  });
});
