// SPDX-License-Identifier: Apache-2.0

/**
 * The commands of a page's `sh` blocks below one heading, in their order, each as a person would paste it: with its continued lines and its
 * here-document. Throws where there is no such heading.
 */
export function shellCommands(page: string, heading: string): string[] {
  const sections = page.split(/^(?=## )/m);
  const section = sections.find((one) => one.startsWith(`## ${heading}\n`));
  if (section === undefined) throw new Error(`there is no heading "${heading}"`);
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => commandsOf(block));
}

function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let open: { end: string | undefined; text: string } | undefined;
  for (const line of block.split('\n')) {
    const text: string = open === undefined ? line : `${open.text}\n${line}`;
    const end: string | undefined = open === undefined ? /<<'(\w+)'/.exec(line)?.[1] : open.end;
    const isOpen: boolean = end === undefined ? line.endsWith('\\') : line !== end;
    if (isOpen) open = { end, text };
    else {
      open = undefined;
      if (text.trim() !== '') commands.push(text);
    }
  }
  if (open !== undefined) throw new Error(`a command does not end: ${open.text}`);
  return commands;
}
