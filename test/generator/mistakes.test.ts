// SPDX-License-Identifier: Apache-2.0
import { formatGeneratorError, GeneratorError } from '../../generator/errors.ts';
import { Mistakes, mistakesOf } from '../../generator/mistakes.ts';

const at = (file: string, line: number, message: string) => new GeneratorError(message, { file, line, column: 1 });

function told(...mistakes: readonly GeneratorError[]): GeneratorError | undefined {
  const gathered = new Mistakes();
  gathered.add(...mistakes);
  const outer = new Mistakes();
  outer.attempt(() => gathered.throwAll());
  let thrown: GeneratorError | undefined;
  try {
    outer.throwAll();
  } catch (error) {
    thrown = error as GeneratorError;
  }
  return thrown;
}

test('mistakes are told in order of file and place, each once, with their number', () => {
  const error = told(
    new GeneratorError('nowhere'),
    at('b.yaml', 1, 'first'),
    at('a.yaml', 10, 'later'),
    at('a.yaml', 9, 'early'),
    at('a.yaml', 9, 'early'),
    new GeneratorError('of the file', { file: 'a.yaml' }),
  );
  expect(formatGeneratorError(error!).split('\n')).toEqual([
    'a.yaml: of the file',
    'a.yaml:9:1: early',
    'a.yaml:10:1: later',
    'b.yaml:1:1: first',
    'nowhere',
    '5 mistakes',
  ]);
});

test('one alone is itself, without a number', () => {
  const only = at('a.yaml', 1, 'wrong');
  expect(told(only, at('a.yaml', 1, 'wrong'))).toMatchObject({ message: 'wrong', location: only.location });
  expect(told()).toBeUndefined();
});

test('what is no mistake of a person is not gathered', () => {
  const attempt = () =>
    new Mistakes().attempt(() => {
      throw new TypeError('a bug');
    });
  expect(attempt).toThrow(TypeError);
});

test('what goes well is kept', () => {
  const mistakes = new Mistakes();
  const even = mistakes.attemptEach([1, 2, 3, 4], (number) => {
    if (number === 3) throw at('a.yaml', number, 'three');
    return number % 2 === 0 ? [number] : undefined;
  });
  expect(even).toEqual([[2], [4]]);
  expect(mistakes.found).toHaveLength(1);
});

test('as data they have their places', () => {
  const error = told(at('a.yaml', 2, 'wrong'), new GeneratorError('nowhere'));
  expect(mistakesOf(error!)).toEqual([
    { file: 'a.yaml', line: 2, column: 1, message: 'wrong' },
    { message: 'nowhere' },
  ]);
});
